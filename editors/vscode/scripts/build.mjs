// Bundles the extension into dist/extension.js. `--watch` rebuilds on change.
import { context } from "esbuild";

const production = process.argv.includes("--production");
const build = await context({
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  bundle: true,
  platform: "node",
  // VS Code 1.91 runs extensions on Node 20.
  target: "node20",
  format: "cjs",
  external: ["vscode"],
  minify: production,
  sourcemap: production ? false : "linked",
  logLevel: "warning",
});
if (process.argv.includes("--watch")) {
  await build.watch();
} else {
  await build.rebuild();
  await build.dispose();
}
