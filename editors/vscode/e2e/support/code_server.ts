/** One code-server, VS Code for the browser, with a private home and our extension in it. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";

import { until } from "./until.ts";

/** Where the tools are; `scripts/test-vscode` says so. */
export function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Error(`${name} is not set: run scripts/test-vscode`);
  }
  return value;
}

/** What every window begins with: quiet, and trusting, as most tests are not about trust. */
const USER_SETTINGS: Record<string, unknown> = {
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "security.workspace.trust.enabled": false,
  "workbench.startupEditor": "none",
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.tips.enabled": false,
  "chat.disableAIFeatures": true,
  "window.dialogStyle": "custom",
  "git.enabled": false,
  "files.autoSave": "off",
  "files.hotExit": "off",
  "editor.wordBasedSuggestions": "off",
  "editor.snippetSuggestions": "none",
};

export class CodeServer {
  readonly root: string;
  readonly foretypeHome: string;
  #process: ChildProcess | undefined;
  #url = "";

  constructor() {
    this.root = mkdtempSync(join(tmpdir(), "foretype-vscode-"));
    this.foretypeHome = join(this.root, "foretype");
    for (const folder of ["home", "extensions", "data/User", "data/Machine", "windows", "work", "foretype"]) {
      mkdirSync(join(this.root, folder), { recursive: true });
    }
  }

  /** Starts it; `config` is foretype's own configuration file. */
  async start(config: string): Promise<this> {
    writeFileSync(join(this.foretypeHome, "config.toml"), config);
    this.settings({});
    this.machineSettings({});
    const node = fromEnvironment("FORETYPE_E2E_NODE");
    const program = fromEnvironment("FORETYPE_E2E_CODE_SERVER");
    const log = join(this.root, "code-server.log");
    const output = openSync(log, "w");
    const environment: Record<string, string | undefined> = {
      ...process.env,
      HOME: join(this.root, "home"),
      XDG_CONFIG_HOME: undefined,
      XDG_DATA_HOME: undefined,
      PATH: [dirname(node), process.env["PATH"]].join(delimiter),
      EXTENSIONS_GALLERY: '{"serviceUrl":""}',
      VSCODE_IPC_HOOK_CLI: undefined,
      NODE_OPTIONS: undefined,
      NODE_TEST_CONTEXT: undefined,
      FORETYPE_HOME: this.foretypeHome,
      FORETYPE_E2E_WINDOWS: join(this.root, "windows"),
    };
    const folders = ["--user-data-dir", join(this.root, "data")];
    folders.push("--extensions-dir", join(this.root, "extensions"));
    // A folder of that name is an installed extension, if it is there before any other.
    const helper = join(this.root, "extensions", "foretype-tests.e2e-helper-0.0.1");
    cpSync(join(import.meta.dirname, "helper"), helper, { recursive: true });
    // As a user installs it.
    const install = ["--install-extension", fromEnvironment("FORETYPE_E2E_PACKAGE")];
    execFileSync(node, [program, ...folders, ...install], { env: environment, stdio: "pipe" });
    const options = ["--bind-addr", "127.0.0.1:0", "--auth", "none", "--disable-telemetry"];
    options.push("--disable-update-check", "--disable-getting-started-override");
    this.#process = spawn(node, [program, ...folders, ...options], {
      env: environment,
      stdio: ["ignore", output, output],
      detached: true,
    });
    await until("code-server", () => {
      const said = readFileSync(log, "utf8");
      this.#url = /HTTP server listening on (http:\S+?)\/?\s/u.exec(said)?.[1] ?? "";
      return { done: this.#url !== "", seen: said.slice(-2000) };
    });
    return this;
  }

  stop(): void {
    const pid = this.#process?.pid;
    if (pid !== undefined) {
      try {
        process.kill(-pid, "SIGKILL"); // its group: the extension hosts and their servers too
      } catch {
        // it has ended by itself
      }
    }
    if (process.env["FORETYPE_E2E_KEEP"] !== "1") {
      rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  /** The address of a window on a folder or a `.code-workspace` file. */
  window(path: string): string {
    const kind = path.endsWith(".code-workspace") ? "workspace" : "folder";
    return `${this.#url}/?${kind}=${encodeURIComponent(path)}`;
  }

  /** Where windows announce themselves. */
  get windows(): string {
    return join(this.root, "windows");
  }

  /** Drops what a window on `opened` has announced: its extension host outlives it for a while. */
  forget(opened: string): void {
    for (const name of readdirSync(this.windows)) {
      const file = join(this.windows, name);
      if (readFileSync(file, "utf8").includes(JSON.stringify(opened))) rmSync(file);
    }
  }

  /** What foretype's servers have logged so far. */
  log(): string {
    const folder = join(this.foretypeHome, "state", "log");
    const files = existsSync(folder) ? readdirSync(folder) : [];
    return files.map((file) => readFileSync(join(folder, file), "utf8")).join("");
  }

  /** The process ids of the foretype servers that its windows have started. */
  servers(): number[] {
    const listed = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
    const all = listed.split("\n").map((line) => {
      const [, pid, parent, command = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/u.exec(line) ?? [];
      return { pid: Number(pid), parent: Number(parent), command };
    });
    const ours = new Set([this.#process?.pid]);
    for (let known = 0; known < ours.size;) {
      known = ours.size;
      for (const { pid, parent } of all) if (ours.has(parent)) ours.add(pid);
    }
    const isServer = (command: string) => basename(command.split(" ")[0] ?? "") === "foretype";
    return all.filter(({ pid, command }) => ours.has(pid) && isServer(command)).map(({ pid }) => pid);
  }

  /** Writes a file and the folders it is in. */
  write(path: string, text: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** The files on the disk that hold this text: settings, state and logs of all programs. */
  filesWith(text: string): string[] {
    const all = readdirSync(this.root, { recursive: true, withFileTypes: true });
    const files = all.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    // Others write there: a file may be gone again.
    return files.filter((file) => existsSync(file) && readFileSync(file).includes(text));
  }

  folder(name: string): string {
    const folder = join(this.root, "work", name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Writes the user's settings.json, as the user would in an editor. */
  settings(more: Record<string, unknown>): void {
    const all = { ...USER_SETTINGS, ...more };
    writeFileSync(join(this.root, "data", "User", "settings.json"), JSON.stringify(all, null, 2));
  }

  /** Writes the remote machine's settings.json. */
  machineSettings(all: Record<string, unknown>): void {
    writeFileSync(join(this.root, "data", "Machine", "settings.json"), JSON.stringify(all, null, 2));
  }
}
