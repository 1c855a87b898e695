/** The server process: found, started, watched, started again. */

import { spawn, type ChildProcess } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";

import * as vscode from "vscode";
import { ExecuteCommandRequest, type LanguageClient } from "vscode-languageclient/node";

import { createClient } from "./client.ts";
import { Backoff } from "./pure/backoff.ts";
import { findProgram, type Program } from "./pure/binary.ts";
import { parseInfo } from "./pure/info.ts";
import { environment } from "./pure/keys.ts";
import type { Status, View } from "./pure/view.ts";
import type { Settings } from "./settings.ts";
import { Tracking } from "./tracking.ts";

const STOP_MS = 2_000;
/** Enough for the server to ask for the settings and to apply them. */
const APPLIED_MS = 300;

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
  /** The name of the model that is or would be asked. */
  #model: string | undefined;
  #again: NodeJS.Timeout | undefined;
  #asks: NodeJS.Timeout | undefined;
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
      settings.onDidChange(() => void this.#settingsChanged()),
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

  /** A line in the output; never text, prompts or keys. */
  log(line: string): void {
    this.#output.info(line);
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
    const client = this.running();
    // Without a type, an undefined token would be taken for a second parameter.
    return client.sendRequest(ExecuteCommandRequest.type, { command, arguments: args }, token);
  }

  /** The client of the server that runs; throws where none does. */
  running(): LanguageClient {
    const client = this.#client;
    if (client === undefined || this.#view.phase !== "running") throw new Error("foretype is not running");
    return client;
  }

  dispose(): void {
    clearTimeout(this.#again);
    clearTimeout(this.#asks);
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
      if (this.#client === client) this.#showStatus(status);
    });
    // Not awaited: a server that hangs must not keep the next restart waiting.
    void this.#connect(client, child);
  }

  async #connect(client: LanguageClient, child: ChildProcess): Promise<void> {
    try {
      await client.start();
      // A status may have come before this.
      const first = this.#client === client && this.#view.phase === "starting";
      if (first) this.#showStatus({ state: "idle" });
      await this.#askModel();
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
    // A server that never answered `initialize` keeps its client waiting.
    const enough = new Promise<void>((resolve) => setTimeout(resolve, 2 * STOP_MS));
    try {
      await Promise.race([client?.dispose(STOP_MS), enough]);
    } catch (error) {
      this.#output.debug(`While stopping: ${String(error)}`);
    }
  }

  /** Not every status names the model; the one that would be asked is shown then. */
  #showStatus(status: Status): void {
    const { model = this.#model } = status;
    this.#show({ phase: "running", status: { ...status, ...(model === undefined ? {} : { model }) } });
    if (status.model === undefined) void this.#askModel();
    else this.#model = status.model;
  }

  async #askModel(): Promise<void> {
    try {
      const { using, models } = parseInfo(await this.execute("foretype.info"));
      this.#model = using;
      this.#settings.know(models.map(({ name }) => name));
    } catch (error) {
      this.#output.debug(`foretype.info: ${String(error)}`);
      return;
    }
    if (this.#view.phase !== "running") return;
    const status: Status = { ...(this.#view.status ?? { state: "idle" }) };
    if (this.#model === undefined) delete status.model;
    else status.model = this.#model;
    this.#show({ phase: "running", status });
  }

  async #settingsChanged(): Promise<void> {
    await this.#notify("workspace/didChangeConfiguration", { settings: null });
    // The server asks for them now, and may go on with another model.
    clearTimeout(this.#asks);
    this.#asks = setTimeout(() => void this.#askModel(), APPLIED_MS);
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
