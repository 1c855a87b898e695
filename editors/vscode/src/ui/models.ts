/** Picking a model: a configured one, or one found on this machine. */

import * as vscode from "vscode";

import { nameFor, parseInfo, parseLocals, type Info, type Local } from "../pure/info.ts";
import { asRecord } from "../pure/keys.ts";
import type { Server } from "../server.ts";
import type { Settings } from "../settings.ts";
import { editSetting } from "./reveal.ts";

interface Choice extends vscode.QuickPickItem {
  take?: () => Promise<void>;
}

export async function info(server: Server): Promise<Info | undefined> {
  try {
    return parseInfo(await server.execute("foretype.info"));
  } catch (error) {
    server.log(`foretype.info: ${String(error)}`);
    return undefined;
  }
}

/** The model servers that are running now on the machine of foretype. */
export async function discover(server: Server): Promise<Local[]> {
  try {
    return parseLocals(await server.execute("foretype.discover"));
  } catch (error) {
    server.log(`foretype.discover: ${String(error)}`);
    return [];
  }
}

export async function pickModel(server: Server, settings: Settings): Promise<void> {
  const pick = vscode.window.createQuickPick<Choice>();
  pick.title = "Pick a Model";
  pick.placeholder = "The model for suggestions";
  pick.matchOnDescription = true;
  pick.busy = true;
  pick.onDidHide(() => {
    pick.dispose();
  });
  pick.onDidAccept(() => {
    const [choice] = pick.selectedItems;
    pick.hide();
    void choice?.take?.();
  });
  pick.show();
  const [known, locals] = await Promise.all([info(server), discover(server)]);
  pick.items = choices(known, locals, settings);
  pick.busy = false;
}

function choices(known: Info | undefined, locals: readonly Local[], settings: Settings): Choice[] {
  const models = known?.models ?? [];
  const own = asRecord(settings.user("models"));
  const taken = [...models.map(({ name }) => name), ...Object.keys(own)];
  const configured = models.map((model): Choice => ({
    label: `$(${model.name === known?.using ? "check" : model.local ? "device-desktop" : "cloud"}) ${model.name}`,
    description: model.provider === "workspace"
      ? "built in"
      : [model.model, model.url].filter((part) => part !== undefined).join(" · "),
    ...(model.usable ? {} : { detail: `$(warning) ${model.reason ?? "not usable"}` }),
    take: () => use(settings, model.name),
  }));
  const found = locals
    .filter(({ url }) => !models.some((model) => model.url !== undefined && sameUrl(model.url, url)))
    .flatMap((local) => (local.models.length === 0 ? [undefined] : local.models).map((model): Choice => ({
      label: `$(add) ${model ?? local.provider}`,
      description: `${local.provider} · ${local.url}`,
      take: async () => {
        const name = nameFor(local, model, taken);
        const added = { provider: local.provider, url: local.url, ...(model === undefined ? {} : { model }) };
        await settings.setUser("models", { ...own, [name]: added });
        await use(settings, name);
      },
    })));
  return [
    ...group("Configured", configured),
    ...group("Running on this machine", found),
    ...group("Otherwise", [
      {
        label: "$(search) auto",
        description: "a llama.cpp or Ollama server that is running on this machine",
        take: () => use(settings, "auto"),
      },
      {
        label: "$(settings-gear) Configure a model…",
        description: "address, provider, name",
        take: async () => {
          await editSetting("foretype.models");
        },
      },
    ]),
  ];
}

async function use(settings: Settings, name: string): Promise<void> {
  await settings.setUser("completion.model", name);
  const here = settings.text("completion.model", vscode.window.activeTextEditor?.document.uri);
  if (here !== name) {
    const message = `This workspace's settings choose another model: ${here ?? "none"}.`;
    void vscode.window.showInformationMessage(message);
  }
}

function group(label: string, items: Choice[]): Choice[] {
  return items.length === 0
    ? []
    : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items];
}

function sameUrl(a: string, b: string): boolean {
  const plain = (url: string) => url.replace(/\/+(v1\/*)?$/, "").replace("//localhost:", "//127.0.0.1:");
  return plain(a) === plain(b);
}
