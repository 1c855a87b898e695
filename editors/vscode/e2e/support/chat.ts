/** The scripted model in a conversation: OpenAI's `/v1/chat/completions`, streamed. */
import type { ServerResponse } from "node:http";

/** A text; of two, the second one comes when the backend's `goOn` says so. */
export type Talk = string | [now: string, later: string];

/** One conversation that the model was asked to go on with. */
export interface Chat {
  /** All that it was told, in one text. */
  told: string;
  /** foretype left before the answer's end. */
  left: boolean;
}

export class Chats {
  /** Everything that was asked, the newest last. */
  asked: Chat[] = [];
  #talk: Talk = "";
  #waiting: (() => void)[] = [];

  /** Answers every conversation from now on so. */
  answer(talk: Talk): void {
    this.#talk = talk;
  }

  /** The second halves of what was begun. */
  goOn(): void {
    for (const go of this.#waiting.splice(0)) go();
  }

  async serve(body: string, response: ServerResponse): Promise<void> {
    const { messages } = JSON.parse(body) as { messages: { content: string }[] };
    const chat: Chat = { told: messages.map(({ content }) => content).join("\n\n"), left: false };
    this.asked.push(chat);
    const gone = new Promise<void>((resolve) =>
      response.once("close", () => {
        chat.left = !response.writableFinished;
        resolve();
      }),
    );
    response.writeHead(200, { "content-type": "text/event-stream" });
    const [now, later] = typeof this.#talk === "string" ? [this.#talk] : this.#talk;
    const say = (content: string, finish_reason: string | null = null) => {
      const choices = [{ index: 0, delta: { content }, finish_reason }];
      response.write(`data: ${JSON.stringify({ choices })}\n\n`);
    };
    const pieces = (text: string) => text.match(/.{1,12}/gsu) ?? [];
    pieces(now).forEach((piece) => { say(piece); });
    if (later !== undefined) {
      await Promise.race([gone, new Promise<void>((resolve) => this.#waiting.push(resolve))]);
      pieces(later).forEach((piece) => { say(piece); });
    }
    say("", "stop");
    response.end("data: [DONE]\n\n");
  }
}
