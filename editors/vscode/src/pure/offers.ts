/** The server's code actions, as they come over the wire. */

import { asRecord } from "./keys.ts";

/** The server's command that does what a code action's `data` says. */
export const ACTION = "foretype.action";

/** The server's command that goes on with the conversation of an explanation. */
export const FOLLOW_UP = "foretype.followUp";

export interface Offer {
  title: string;
  /** Why it cannot be chosen. */
  disabled: string | undefined;
  /** The server's command that does it, and what that is given. */
  command: string;
  args: unknown[];
}

/** Actions that name what to do by a command or by `data`, and those that cannot be chosen. */
export function parseOffers(reply: unknown): Offer[] {
  if (!Array.isArray(reply)) return [];
  return reply.flatMap((item: unknown): Offer[] => {
    const { title, data, command, disabled } = asRecord(item);
    if (typeof title !== "string") return [];
    const { reason } = asRecord(disabled);
    if (typeof reason === "string") return [{ title, disabled: reason, command: ACTION, args: [] }];
    if (data !== undefined) return [{ title, disabled: undefined, command: ACTION, args: [data] }];
    const { command: name, arguments: args } = asRecord(command);
    if (typeof name !== "string" || !Array.isArray(args)) return [];
    return [{ title, disabled: undefined, command: name, args }];
  });
}
