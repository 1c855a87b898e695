/** A scriptable LLM server: OpenAI's `/v1/completions`, streamed, on loopback. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { Chats } from "./chat.ts";
import { until } from "./until.ts";

/** What the model was asked, taken out of Qwen's fill-in-the-middle format. */
export interface Prompt {
  prefix: string;
  suffix: string;
  /** How many candidates are wanted. */
  candidates: number;
  /** The key that it was asked with. */
  bearer: string | undefined;
}

/** One text, several candidates, or an HTTP status that is an error. */
export type Reply = string | string[] | { status: number };
export type Rule = Reply | ((prompt: Prompt) => Reply);

export class Backend {
  /** Everything that was asked, the newest last. */
  prompts: Prompt[] = [];
  /** Its conversations. */
  chats = new Chats();
  #rule: Rule = "";
  #server: Server | undefined;
  #port = 0;
  #held: (() => void)[] | undefined;

  /** Listens; where it listened before, on the same port. */
  async start(): Promise<this> {
    const server = createServer((request, response) => void this.#serve(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(this.#port, "127.0.0.1", resolve);
    });
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    return this;
  }

  /** Refuses connections from now on and closes those that are open. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.#port)}`;
  }

  get requests(): number {
    return this.prompts.length;
  }

  /** Answers every request from now on so. */
  answer(rule: Rule): void {
    this.#rule = rule;
  }

  /** Answers nothing until `release`. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held;
    this.#held = undefined;
    for (const go of held ?? []) go();
  }

  /** As it was at the start, for the next test. */
  async reset(): Promise<void> {
    this.release();
    this.chats.goOn();
    this.chats = new Chats();
    this.prompts = [];
    this.#rule = "";
    if (this.#server === undefined) await this.start();
  }

  async requested(count: number): Promise<void> {
    await until(`${String(count)} requests at the backend`, () => ({
      done: this.requests >= count,
      seen: this.requests,
    }));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    if (request.method === "GET" && path === "/v1/models") {
      json(response, { object: "list", data: [{ id: MODEL, object: "model" }] }); return;
    }
    if (request.method !== "POST" || !["/v1/completions", "/v1/chat/completions"].includes(path)) {
      response.writeHead(404).end();
      return;
    }
    let body = "";
    for await (const chunk of request) body += String(chunk);
    if (path === "/v1/chat/completions") {
      await this.chats.serve(body, response);
      return;
    }
    const [, bearer] = /^Bearer (.*)$/u.exec(request.headers.authorization ?? "") ?? [];
    const asked = { ...parse(body), bearer };
    this.prompts.push(asked);
    const rule = this.#rule;
    const reply = typeof rule === "function" ? rule(asked) : rule;
    if (this.#held !== undefined) {
      await new Promise<void>((resolve) => this.#held?.push(resolve));
    }
    if (typeof reply === "object" && "status" in reply) {
      json(response, { error: { message: "scripted failure" } }, reply.status); return;
    }
    const texts = typeof reply === "string" ? [reply] : reply.slice(0, asked.candidates);
    stream(response, texts);
  }
}

/** The model's name tells foretype its fill-in-the-middle format. */
export const MODEL = "qwen2.5-coder-1.5b";

function parse(body: string): Omit<Prompt, "bearer"> {
  const { prompt, n } = JSON.parse(body) as { prompt: string; n?: number };
  const parts = /<\|fim_prefix\|>(.*)<\|fim_suffix\|>(.*)<\|fim_middle\|>(.*)$/su.exec(prompt);
  const [, prefix = prompt, suffix = "", typed = ""] = parts ?? [];
  return { prefix: prefix + typed, suffix, candidates: n ?? 1 };
}

function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

function stream(response: ServerResponse, texts: string[]): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const event = (value: unknown) => response.write(`data: ${JSON.stringify(value)}\n\n`);
  texts.forEach((text, index) => {
    for (const piece of text.match(/.{1,4}/gsu) ?? []) {
      event({ choices: [{ index, text: piece, finish_reason: null }] });
    }
    event({ choices: [{ index, text: "", finish_reason: "stop" }] });
  });
  response.end("data: [DONE]\n\n");
}
