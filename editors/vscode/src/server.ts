/** The server process: found, started, watched, started again. */

import { spawn, type ChildProcess } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

import { createClient } from "./client.ts";
import { Backoff } from "./pure/backoff.ts";
import { findProgram, type Program } from "./pure/binary.ts";
import { environment } from "./pure/keys.ts";
import type { Status, View } from "./pure/view.ts";
import type { Settings } from "./settings.ts";
import { Tracking } from "./tracking.ts";

const STOP_MS = 2_000;

/** What the user should be told of, once. */
export type Notice = { kind: "missing"; problem: string } | { kind: "crashing" };

export class Server implements vscode.Disposable {
  readonly #extension: string;
  readonly #output: vscode.LogOutputChannel;
  readonly #settings: Settings;
  readonly #tracking: Tracking;
  readonly #backoff = new Backoff();
  readonly #viewChanged = new vscode.EventEmitter<View>();
  readonly #noticed = new vscode.EventEmitter<Notice>();
  readonly #subscriptions: { dispose(): unknown }[];
  readonly onDidChangeView = this.#viewChanged.event;
  readonly onDidNotice = this.#noticed.event;
  #view: View = { phase: "starting" };
  #client: LanguageClient | undefined;
  #child: ChildProcess | undefined;
  #again: NodeJS.Timeout | undefined;
  /** Starts and stops, one after the other. */
  #queue: Promise<void> = Promise.resolve();

  constructor(extension: string, output: vscode.LogOutputChannel, settings: Settings) {
    this.#extension = extension;
    this.#output = output;
    this.#settings = settings;
    this.#tracking = new Tracking((event) => {
      if (this.#view.phase === "running") void this.#notify("foretype/event", event);
    });
    this.#subscriptions = [
      this.#tracking,
      settings.onDidChange(() => void this.#notify("workspace/didChangeConfiguration", { settings: null })),
      this.#viewChanged,
      this.#noticed,
    ];
  }

  get view(): View {
    return this.#view;
  }

  /** The program that is or would be started. */
  program(): Program {
    const places = {
      setting: this.#settings.text("path") ?? "",
      extension: this.#extension,
      home: homedir(),
      path: process.env["PATH"] ?? "",
      windows: process.platform === "win32",
    };
    return findProgram(places, isProgram);
  }

  /** The environment of the program, keys included. */
  environment(): NodeJS.ProcessEnv {
    const env = { ...process.env, ...environment(this.#settings.apiKeys) };
    // Meant for this process; commands that the server runs for keys must not inherit it.
    delete env["ELECTRON_RUN_AS_NODE"];
    return env;
  }

  start(): Promise<void> {
    return this.#inTurn(() => { this.#start(); });
  }

  stop(): Promise<void> {
    return this.#inTurn(() => this.#stop());
  }

  restart(): Promise<void> {
    this.#backoff.reset();
    return this.#inTurn(async () => {
      await this.#stop();
      this.#start();
    });
  }

  /** Runs one of the server's commands. */
  async execute(command: string, args: unknown[] = [], token?: vscode.CancellationToken): Promise<unknown> {
    const client = this.#client;
    if (client === undefined || this.#view.phase !== "running") throw new Error("foretype is not running");
    return client.sendRequest("workspace/executeCommand", { command, arguments: args }, token);
  }

  dispose(): void {
    clearTimeout(this.#again);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #inTurn(work: () => Promise<void> | void): Promise<void> {
    this.#queue = this.#queue.then(work, work);
    return this.#queue;
  }

  #start(): void {
    clearTimeout(this.#again);
    if (this.#child !== undefined) return;
    if (!vscode.workspace.isTrusted) return this.#show({ phase: "untrusted" });
    const program = this.program();
    if (!program.found) {
      this.#show({ phase: "missing", problem: program.problem });
      this.#noticed.fire({ kind: "missing", problem: program.problem });
      return;
    }
    this.#show({ phase: "starting" });
    this.#output.info(`Starting ${program.file} (${program.source})`);
    const startedAt = Date.now();
    const child = spawn(program.file, [], { env: this.environment(), cwd: homedir() });
    this.#child = child;
    child.on("error", (error) => {
      this.#output.error(`${program.file}: ${error.message}`);
      if (child.pid === undefined) this.#ended(child, startedAt, "could not be started");
    });
    child.on("exit", (code, signal) => {
      this.#ended(child, startedAt, signal ?? `exit code ${String(code)}`);
    });
    const client = createClient(child, this.#output, this.#settings, this.#tracking);
    this.#client = client;
    client.onNotification("foretype/status", (status: Status) => {
      if (this.#client === client) this.#show({ phase: "running", status });
    });
    // Not awaited: a server that hangs must not keep the next restart waiting.
    void this.#connect(client, child);
  }

  async #connect(client: LanguageClient, child: ChildProcess): Promise<void> {
    try {
      await client.start();
      // A status may have come before this.
      const first = this.#client === client && this.#view.phase === "starting";
      if (first) this.#show({ phase: "running" });
    } catch (error) {
      this.#output.error(`The server did not start: ${String(error)}`);
      // Its end starts it again; one that hangs has to be ended first.
      child.kill();
    }
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#again);
    const [client, child] = [this.#client, this.#child];
    this.#client = undefined;
    this.#child = undefined;
    this.#tracking.forget();
    this.#show({ phase: "stopped" });
    await this.#discard(client);
    if (child?.exitCode === null && child.signalCode === null) child.kill();
  }

  /** A process ended that nobody told to. */
  #ended(child: ChildProcess, startedAt: number, how: string): void {
    if (this.#child !== child) return;
    const client = this.#client;
    this.#child = undefined;
    this.#client = undefined;
    this.#tracking.forget();
    const { delayMs, tell } = this.#backoff.crashed(Date.now() - startedAt);
    this.#output.warn(`The server ended (${how}); starting it again in ${String(delayMs / 1000)} s`);
    this.#show({ phase: "crashed", problem: how });
    if (tell) this.#noticed.fire({ kind: "crashing" });
    // Before the next one starts: both would register the same commands.
    void this.#inTurn(() => this.#discard(client));
    this.#again = setTimeout(() => void this.start(), delayMs);
  }

  async #discard(client: LanguageClient | undefined): Promise<void> {
    try {
      await client?.dispose(STOP_MS);
    } catch (error) {
      this.#output.debug(`While stopping: ${String(error)}`);
    }
  }

  async #notify(method: string, params: unknown): Promise<void> {
    try {
      await this.#client?.sendNotification(method, params);
    } catch (error) {
      this.#output.debug(`${method}: ${String(error)}`);
    }
  }

  #show(view: View): void {
    this.#view = view;
    this.#viewChanged.fire(view);
  }
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
