// The server's JSON schema as VS Code settings.

/** The keys that a folder's settings may narrow. Everything else is the user's machine's alone. */
const RESOURCE = new Set([
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
]);

/** What the server takes from the user's own file alone. */
const FILE_ONLY = new Set(["telemetry"]);

/** The extension's own. */
const OWN = {
  "foretype.path": {
    type: "string",
    default: "",
    scope: "machine",
    markdownDescription:
      "The foretype program: an absolute path, or one that begins with `~`. When empty, the one that came with the extension is used, or else the one on the `PATH`.",
  },
  "foretype.trace.server": {
    type: "string",
    enum: ["off", "messages", "verbose"],
    default: "off",
    scope: "machine",
    markdownDescription:
      "Whether the messages between VS Code and the server are written to the output. **A `verbose` trace holds the text of your documents.**",
  },
};

/** All settings, by their full names. */
export function settingsOf(schema) {
  const settings = {};
  for (const [key, value] of Object.entries(schema.properties)) {
    if (FILE_ONLY.has(key)) continue;
    const group = value.properties;
    if (group === undefined) {
      add(settings, camel(key), value);
    } else if (!isLater(value)) {
      for (const [inner, each] of Object.entries(group)) {
        add(settings, `${camel(key)}.${camel(inner)}`, each);
      }
    }
  }
  Object.assign(settings, OWN);
  return Object.fromEntries(
    Object.entries(settings).map(([name, setting], order) => [name, { order, ...setting }]),
  );
}

function add(settings, key, schema) {
  // What has no effect yet would only be in the way.
  if (isLater(schema)) return;
  const scope = RESOURCE.has(key) ? "resource" : "machine";
  const setting = { scope, ...converted(schema) };
  if (key === "models" || key === "actions") setting.default = {};
  settings[`foretype.${key}`] = setting;
}

function isLater(schema) {
  return /Kept for a later version/.test(schema.description ?? "");
}

/** JSON is written in camelCase; VS Code shows descriptions as Markdown. */
function converted(schema) {
  const { description, ...rest } = schema;
  const result = description === undefined ? {} : { markdownDescription: prose(description) };
  for (const [key, value] of Object.entries(rest)) {
    if (key === "properties") {
      result.properties = Object.fromEntries(
        Object.entries(value)
          .filter(([, each]) => !isLater(each))
          .map(([name, each]) => [camel(name), name === "api_key" ? apiKey(each) : converted(each)]),
      );
    } else if (key === "required") {
      result.required = value.map(camel);
    } else if (key === "anyOf") {
      result.anyOf = value.map(converted);
    } else if (key === "items" || (key === "additionalProperties" && typeof value === "object")) {
      result[key] = converted(value);
    } else {
      result[key] = value;
    }
  }
  return result;
}

/** The key itself has no place in settings.json, though the server would take it. */
function apiKey(schema) {
  const { markdownDescription, ...rest } = converted(schema);
  return {
    ...rest,
    anyOf: rest.anyOf.filter(({ type }) => type !== "string"),
    markdownDescription: `${markdownDescription.replace(" The key itself is accepted, but better kept outside.", "")} Not needed with the command **foretype: Set an API Key**, which keeps it in VS Code's secret storage.`,
  };
}

/** Names in code spans as JSON has them. */
function prose(text) {
  return text.replaceAll(/`[^`]*`/g, (code) =>
    code
      .replaceAll(/([a-z])_([a-z])/g, (_, a, b) => a + b.toUpperCase())
      .replaceAll(/\{ (\w+) = /g, '{ "$1": '),
  );
}

function camel(key) {
  return key.replaceAll(/_([a-z])/g, (_, letter) => letter.toUpperCase());
}
