/** What the status bar says: text, tooltip and label for every state. */

/** `foretype/status` */
export interface Status {
  state: "idle" | "busy" | "loading" | "off" | "error";
  reason?: string;
  model?: string;
}

/** What is known of the server. */
export type View =
  | { phase: "untrusted" | "starting" | "stopped" }
  | { phase: "missing" | "crashed"; problem: string }
  | { phase: "running"; status?: Status };

export interface Rendered {
  text: string;
  /** Markdown, with links to our commands. */
  tooltip: string;
  /** For screen readers. */
  label: string;
  severity: "none" | "warning" | "error";
}

/** The commands that a tooltip may link to. */
export const LINKED = {
  menu: "foretype.menu",
  trust: "workbench.trust.manage",
  path: "foretype.setPath",
  pick: "foretype.pickModel",
  log: "foretype.openLog",
  output: "foretype.openOutput",
  doctor: "foretype.runDoctor",
  restart: "foretype.restart",
  settings: "foretype.openSettings",
} as const;

interface Line {
  icon: string;
  says: string;
  severity?: Rendered["severity"];
  links?: string[];
}

export function isBusy(view: View): boolean {
  return view.phase === "running" && view.status?.state === "busy";
}

/** Paused by the user where the cursor is: that counts, whatever the last request came to. */
export function paused(view: View, where: string | undefined): View {
  if (where === undefined || view.phase !== "running") return view;
  const { model } = view.status ?? {};
  const status: Status = { state: "off", reason: `Paused ${where}.` };
  return { phase: "running", status: model === undefined ? status : { ...status, model } };
}

/** The text for the status bar; `note` is more Markdown for the tooltip. */
export function render(view: View, note?: string): Rendered {
  const status = view.phase === "running" ? view.status : undefined;
  const name = status?.model ?? "foretype";
  const { icon, says, severity = "none", links = [] } = line(view);
  // Of a silence that has its own state, the state says it already.
  const silent = status?.reason !== undefined && (status.state === "idle" || status.state === "busy");
  const parts = [
    status?.model === undefined ? "**foretype**" : `**foretype** · ${escape(status.model)}`,
    `$(${icon.replace("~spin", "")}) ${escape(says)}`,
    ...(silent ? [`No suggestion last time: ${escape(status.reason ?? "")}`] : []),
    ...(note === undefined ? [] : [note]),
    [...links, link("Doctor", LINKED.doctor), link("Log", LINKED.log), link("Settings", LINKED.settings)].join(" · "),
  ];
  return {
    text: `$(${icon}) ${name.replaceAll("$(", "$ (")}`,
    tooltip: parts.join("\n\n"),
    label: `foretype${status?.model === undefined ? "" : `, model ${status.model}`}: ${says}`,
    severity,
  };
}

function line(view: View): Line {
  switch (view.phase) {
    case "untrusted":
      return {
        icon: "shield",
        says: "Off until you trust this workspace.",
        links: [link("Manage trust", LINKED.trust)],
      };
    case "missing":
      return { icon: "error", says: view.problem, severity: "error", links: [link("Set path", LINKED.path)] };
    case "crashed":
      return {
        icon: "sync",
        says: `The server ended (${view.problem}) and is being started again.`,
        severity: "warning",
        links: [link("Restart now", LINKED.restart), link("Output", LINKED.output)],
      };
    case "starting":
      return { icon: "loading~spin", says: "Starting." };
    case "stopped":
      return { icon: "circle-slash", says: "Stopped.", links: [link("Start", LINKED.restart)] };
    case "running":
      return running(view.status ?? { state: "idle" });
  }
}

function running({ state, reason }: Status): Line {
  switch (state) {
    case "idle":
      return { icon: "sparkle", says: "Ready." };
    case "busy":
      return { icon: "loading~spin", says: "Asking the model." };
    case "loading":
      return { icon: "loading~spin", says: reason ?? "The model is being loaded." };
    case "off":
      return {
        icon: "circle-slash",
        says: reason ?? "Turned off here.",
        links: [link("Pause or resume", LINKED.menu)],
      };
    case "error":
      return {
        icon: "warning",
        says: reason ?? "Something is wrong; the log says what.",
        severity: "warning",
        links: [link("Pick a model", LINKED.pick)],
      };
  }
}

function link(title: string, command: string): string {
  return `[${title}](command:${command})`;
}

/** Text from elsewhere is no Markdown, and holds no icons. */
function escape(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+!|<>~$&]/g, "\\$&").replaceAll("\n", " ");
}
