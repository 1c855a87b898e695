/**
 * How API keys reach the server: as environment variables of its process, never in a message.
 *
 * The configuration that the server is answered with names the variable of each model.
 */

/** The stored keys, by model. */
export type Keys = Readonly<Record<string, string>>;

/** The variable of each model: FORETYPE_KEY_ and its name, distinct where the names are. */
export function variables(models: readonly string[]): Map<string, string> {
  const names = new Map<string, string>();
  const used = new Set<string>();
  for (const model of [...new Set(models)].sort()) {
    const plain = `FORETYPE_KEY_${model.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`;
    let name = plain;
    // `a-b` and `a.b`: a key must never reach the other model's server.
    for (let n = 2; used.has(name); n++) name = `${plain}_${String(n)}`;
    used.add(name);
    names.set(model, name);
  }
  return names;
}

/** What is added to the server's environment. */
export function environment(keys: Keys): Record<string, string> {
  const names = variables(Object.keys(keys));
  const all: Record<string, string> = {};
  for (const [model, key] of Object.entries(keys)) {
    const name = names.get(model);
    if (name !== undefined) all[name] = key;
  }
  return all;
}

/**
 * Each model with a stored key gets `apiKey: { env }`, unless the user has set one for it. `known`
 * are models that are configured elsewhere: a key that is left over must not make up a model.
 */
export function withKeys(
  settings: Record<string, unknown>,
  keys: Keys,
  known: ReadonlySet<string>,
): Record<string, unknown> {
  const names = variables(Object.keys(keys));
  const models: Record<string, unknown> = { ...asRecord(settings["models"]) };
  for (const [model, env] of names) {
    if (models[model] === undefined && !known.has(model)) continue;
    const own = asRecord(models[model]);
    if (own["apiKey"] === undefined && own["api_key"] === undefined) {
      models[model] = { ...own, apiKey: { env } };
    }
  }
  return Object.keys(models).length === 0 ? settings : { ...settings, models };
}

/** Reads what SecretStorage holds. */
export function parseKeys(stored: string | undefined): Keys {
  if (stored === undefined) return {};
  try {
    const all = Object.entries(asRecord(JSON.parse(stored)));
    return Object.fromEntries(all.filter((entry): entry is [string, string] => {
      return typeof entry[1] === "string" && entry[1] !== "";
    }));
  } catch {
    return {};
  }
}

export function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
