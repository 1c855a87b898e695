// Makes the .vsix of one platform, with the foretype program in it.
//
//   node scripts/package.mjs [--target TARGET]
//
// FORETYPE_BINARY is the program to bundle, built for TARGET (default: this machine). Without it the
// .vsix holds no program and is for every platform: foretype is then looked for on the PATH.

import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const TARGETS = [
  "linux-x64", "linux-arm64", "linux-armhf", "alpine-x64", "alpine-arm64",
  "darwin-x64", "darwin-arm64", "win32-x64", "win32-arm64",
];

const root = join(import.meta.dirname, "..");
const binary = process.env.FORETYPE_BINARY;
const given = process.argv.indexOf("--target");
const target = given === -1 ? `${process.platform}-${process.arch}` : process.argv[given + 1];
if (!TARGETS.includes(target)) {
  console.error(`Unknown target ${target}; there are ${TARGETS.join(", ")}.`);
  process.exit(2);
}

const bin = join(root, "bin");
rmSync(bin, { recursive: true, force: true });
if (binary !== undefined && binary !== "") {
  mkdirSync(bin);
  const file = join(bin, target.startsWith("win32") ? "foretype.exe" : "foretype");
  copyFileSync(binary, file);
  chmodSync(file, 0o755);
}

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const bundled = binary !== undefined && binary !== "";
const suffix = bundled ? `-${target}` : "";
const out = join(root, `foretype${suffix}-${manifest.version}.vsix`);
const require = createRequire(import.meta.url);
const vsce = join(dirname(require.resolve("@vscode/vsce/package.json")), "vsce");
// The page's picture is in the package; there is no address to rewrite its link to.
const page = ["--no-rewrite-relative-links", "--allow-missing-repository"];
const args = ["package", "--no-dependencies", ...page, "--out", out, ...(bundled ? ["--target", target] : [])];
const { status } = spawnSync(process.execPath, [vsce, ...args], { cwd: root, stdio: "inherit" });
rmSync(bin, { recursive: true, force: true });
process.exit(status ?? 1);
