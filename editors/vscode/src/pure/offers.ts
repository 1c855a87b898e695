/** The server's code actions, as they come over the wire. */

import { asRecord } from "./keys.ts";

export interface Offer {
  title: string;
  /** Why it cannot be chosen. */
  disabled: string | undefined;
  /** What the server's command is given. */
  argument: unknown;
}

/** Actions that name what to do by a command's argument or by `data`; others are none of ours. */
export function parseOffers(reply: unknown): Offer[] {
  if (!Array.isArray(reply)) return [];
  return reply.flatMap((item: unknown) => {
    const { title, data, command, disabled, arguments: bare } = asRecord(item);
    // A command alone, where a client takes no code actions, has its arguments itself.
    const args = bare ?? asRecord(command)["arguments"];
    const argument: unknown = data ?? (Array.isArray(args) ? args[0] : undefined);
    const { reason } = asRecord(disabled);
    const why = typeof reason === "string" ? reason : undefined;
    if (typeof title !== "string" || (argument === undefined && why === undefined)) return [];
    return [{ title, disabled: why, argument }];
  });
}
