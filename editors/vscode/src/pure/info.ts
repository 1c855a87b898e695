/** What the server's commands answer, read leniently. */

import { asRecord } from "./keys.ts";

export interface Model {
  name: string;
  provider: string;
  model?: string;
  url?: string;
  local: boolean;
  usable: boolean;
  reason?: string;
}

/** `foretype.info` */
export interface Info {
  version: string;
  log?: string;
  config?: string;
  /** The model that is asked now. */
  using?: string;
  models: Model[];
}

/** `foretype.discover` */
export interface Local {
  provider: string;
  url: string;
  models: string[];
}

export function parseInfo(answer: unknown): Info {
  const all = asRecord(answer);
  const paths = asRecord(all["paths"]);
  const completion = asRecord(all["completion"]);
  return {
    version: text(all["version"]) ?? "",
    ...optional("log", text(paths["log"])),
    ...optional("config", text(paths["config"])),
    ...optional("using", text(completion["using"])),
    models: list(all["models"]).flatMap((each) => {
      const model = asRecord(each);
      const name = text(model["name"]);
      if (name === undefined) return [];
      return {
        name,
        provider: text(model["provider"]) ?? "",
        ...optional("model", text(model["model"])),
        ...optional("url", text(model["url"])),
        ...optional("reason", text(model["reason"])),
        local: model["local"] === true,
        usable: model["usable"] !== false,
      };
    }),
  };
}

export function parseLocals(answer: unknown): Local[] {
  return list(answer).flatMap((each) => {
    const local = asRecord(each);
    const [provider, url] = [text(local["provider"]), text(local["url"])];
    if (provider === undefined || url === undefined) return [];
    return { provider, url, models: list(local["models"]).flatMap((name) => text(name) ?? []) };
  });
}

/** A short name for a model found on this machine, which no other has. */
export function nameFor(local: Local, model: string | undefined, taken: readonly string[]): string {
  const base = (model ?? local.provider).split("/").at(-1)?.replace(/([-._](i?q\d\w*|b?f16))?\.gguf$/i, "") ?? "";
  const plain = base.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "").slice(0, 40);
  const first = plain === "" ? "local" : plain;
  let name = first;
  for (let n = 2; taken.includes(name); n++) name = `${first}-${String(n)}`;
  return name;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function optional<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, string>);
}
