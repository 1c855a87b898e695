import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", "bin/", "node_modules/", ".test-*/"] },
  js.configs.recommended,
  {
    files: ["src/**/*.ts", "test/**/*.ts", "e2e/**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // `() => call()` is the plain form of a command.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
      // Keys of records whose keys are data.
      "@typescript-eslint/dot-notation": "off",
      "@typescript-eslint/consistent-type-definitions": ["error", "interface"],
    },
  },
  {
    files: ["scripts/**/*.mjs"],
    languageOptions: { globals: { console: "readonly", process: "readonly", URL: "readonly" } },
  },
  {
    files: ["e2e/support/helper/*.cjs"],
    languageOptions: { sourceType: "commonjs", globals: { exports: "writable", process: "readonly", require: "readonly" } },
  },
  {
    // node:test's own promises need no awaiting.
    files: ["test/**/*.ts", "e2e/**/*.ts"],
    rules: { "@typescript-eslint/no-floating-promises": "off" },
  },
);
