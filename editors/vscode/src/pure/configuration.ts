/**
 * What the server is answered when it asks for settings.
 *
 * Only what was set: a default of VS Code's would override the user's own config.toml.
 */

/** What `WorkspaceConfiguration.inspect` tells of a setting. */
export interface Inspected {
  defaultValue?: unknown;
  globalValue?: unknown;
  workspaceValue?: unknown;
  workspaceFolderValue?: unknown;
}

/** The keys that a folder's settings may narrow; all others are the user's alone. */
export const RESOURCE_KEYS: readonly string[] = [
  "enabled",
  "completion.enabled",
  "completion.model",
  "completion.fallback",
  "completion.debounceMs",
  "completion.disabledLanguages",
  "completion.ignore",
  "chat.model",
  "chat.fallback",
  "hover.mode",
];

/** Settings of the extension itself. */
export const OWN_KEYS: readonly string[] = ["path", "trace.server"];

export type Inspect = (key: string) => Inspected | undefined;

/** The answer without a scope: the user's values, never a workspace's. */
export function userSettings(keys: readonly string[], inspect: Inspect): Record<string, unknown> {
  return nest(keys, (key) => inspect(key)?.globalValue);
}

/** The answer for a folder: what holds there of the keys that may narrow. */
export function folderSettings(inspect: Inspect): Record<string, unknown> {
  return nest(RESOURCE_KEYS, (key) => {
    const all = inspect(key);
    return all?.workspaceFolderValue ?? all?.workspaceValue ?? all?.globalValue;
  });
}

function nest(keys: readonly string[], value: (key: string) => unknown): Record<string, unknown> {
  const all: Record<string, unknown> = {};
  for (const key of keys) {
    if (OWN_KEYS.includes(key)) continue;
    const set = value(key);
    // The settings page leaves an empty text where one was taken back.
    if (set === undefined || set === null || set === "") continue;
    let place = all;
    const path = key.split(".");
    for (const part of path.slice(0, -1)) {
      place = (place[part] ??= {}) as Record<string, unknown>;
    }
    place[path.at(-1) ?? key] = set;
  }
  return all;
}
