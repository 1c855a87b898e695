// Writes the settings into package.json, from the server's JSON schema (`foretype config schema`).
//
//   node scripts/settings.mjs [--check]
//
// The program is FORETYPE_BINARY, else the debug build of this repository. With --check nothing is
// written, and the exit code says whether package.json is up to date.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { settingsOf } from "./settings/convert.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const exe = process.platform === "win32" ? ".exe" : "";
const binary = process.env.FORETYPE_BINARY ?? join(root, "../../target/debug", `foretype${exe}`);
const schema = JSON.parse(execFileSync(binary, ["config", "schema"], { encoding: "utf8" }));

const path = join(root, "package.json");
const before = readFileSync(path, "utf8");
const manifest = JSON.parse(before);
const properties = settingsOf(schema);
manifest.contributes.configuration = { title: "foretype", properties };
// A workspace that is not trusted cannot set what names programs, addresses and keys.
manifest.capabilities.untrustedWorkspaces.restrictedConfigurations = Object.keys(properties).filter(
  (name) => properties[name].scope === "machine",
);
const after = `${JSON.stringify(manifest, null, 2)}\n`;

if (before === after) {
  process.exit(0);
}
if (process.argv.includes("--check")) {
  console.error("The settings in package.json are not those of the schema: run `npm run settings`.");
  process.exit(1);
}
writeFileSync(path, after);
