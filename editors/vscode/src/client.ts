/** The language client of one server process. */

import type { ChildProcess } from "node:child_process";

import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  type ClientCapabilities,
  type ConfigurationParams,
  type StaticFeature,
} from "vscode-languageclient/node";

import { perform } from "./actions.ts";
import { isPage, OPEN_PAGE, showPage, withPageLinks } from "./pages.ts";
import { ACTION, FOLLOW_UP } from "./pure/offers.ts";
import { refreshing, spotAt } from "./refreshing.ts";
import type { Settings } from "./settings.ts";
import { ToolDiagnostics } from "./toolDiagnostics.ts";
import type { Tracking } from "./tracking.ts";

/** The command of every item. */
const ACCEPTED = "foretype.accepted";

/** Files and notebook cells, saved or not; no output, no settings pages, no commit message box. */
const SCHEMES = ["file", "untitled", "vscode-notebook-cell", "vscode-remote"];

/** Our client: it says what is wrong in its log and in the status, not in pop-ups of its own. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  override warn(message: string, data?: unknown): void {
    super.warn(message, data, false);
  }

  override info(message: string, data?: unknown): void {
    super.info(message, data, false);
  }
}

/**
 * Announces that we take `foretype/status` and `foretype/refresh`, and that code actions are to be commands: their edits
 * then come by `workspace/applyEdit`, which minds the document's version; VS Code applies those of
 * a resolved action to whatever stands there by then.
 */
const ownFeature: StaticFeature = {
  fillClientCapabilities(capabilities: ClientCapabilities) {
    const experimental = capabilities.experimental as Record<string, unknown> | undefined;
    capabilities.experimental = { ...experimental, foretypeRefresh: true, foretypeStatus: true };
    delete capabilities.textDocument?.codeAction?.dataSupport;
    delete capabilities.textDocument?.codeAction?.resolveSupport;
  },
  initialize: () => undefined,
  getState: () => ({ kind: "static" }),
  clear: () => undefined,
};

export function createClient(
  server: ChildProcess,
  output: vscode.LogOutputChannel,
  settings: Settings,
  tracking: Tracking,
): LanguageClient {
  const refresh = refreshing();
  const client: LanguageClient = new QuietClient("foretype", "foretype", () => Promise.resolve(server), {
    documentSelector: SCHEMES.map((scheme) => ({ scheme })),
    outputChannel: output,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    // The server asks for them too, but works by them from the first moment on.
    initializationOptions: () => settings.forUser(),
    initializationFailedHandler: () => false,
    // Starting again is the supervisor's work.
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => ({
        action: CloseAction.DoNotRestart,
        message: "The server closed the connection.",
        handled: true,
      }),
    },
    middleware: {
      provideInlineCompletionItems: async (document, position, context, token, next) => {
        const at = spotAt(document, position);
        const automatic = { ...context, triggerKind: vscode.InlineCompletionTriggerKind.Automatic };
        const answer = await next(document, position, refresh.asks(at) ? automatic : context, token);
        const items = Array.isArray(answer) ? answer : (answer?.items ?? []);
        if (!token.isCancellationRequested) {
          tracking.answered(document, position, items);
          refresh.answered(at, items.length > 0);
        }
        return answer;
      },
      executeCommand: (command, args, next) => {
        if (command === ACCEPTED) tracking.accepted();
        if (command === ACTION || command === FOLLOW_UP) return perform(client, command, args);
        return next(command, args) as unknown;
      },
      resolveCodeAction: (item) => item,
      provideHover: async (document, position, token, next) => {
        const hover = await next(document, position, token);
        for (const part of hover?.contents ?? []) {
          if (!(part instanceof vscode.MarkdownString)) continue;
          const value = withPageLinks(part.value);
          if (value === part.value) continue;
          part.value = value;
          part.isTrusted = { enabledCommands: [OPEN_PAGE] };
        }
        return hover;
      },
      window: {
        showDocument: async (params, _, next) => {
          const uri = vscode.Uri.parse(params.uri);
          if (params.external === true || !isPage(uri)) return next(params, _);
          await showPage(uri);
          return { success: true };
        },
      },
      workspace: {
        configuration: (params: ConfigurationParams) =>
          params.items.map(({ section, scopeUri }) => {
            if (section !== "foretype") return null;
            return scopeUri === undefined
              ? settings.forUser()
              : settings.forFolder(vscode.Uri.parse(scopeUri));
          }),
      },
    },
  });
  client.registerFeature(ownFeature);
  client.registerFeature(new ToolDiagnostics(client));
  client.onNotification("foretype/refresh", ({ uri }: { uri: string }) => {
    void refresh.more(vscode.Uri.parse(uri).toString());
  });
  return client;
}
