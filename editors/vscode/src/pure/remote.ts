/** Where a model on the laptop is reached from a remote window: the server runs on the other side. */

export interface Remote {
  /** The kind of machine that the server runs on. */
  where: string;
  /** How it reaches a model on the laptop; Markdown. */
  reach: string;
}

const TUNNEL =
  "forward its port to there, `ssh -R 8012:127.0.0.1:8012 HOST` on the laptop, and keep `http://127.0.0.1:8012`";

/** `name` is `vscode.env.remoteName`; `undefined` where all runs on one machine. */
export function remote(name: string | undefined): Remote | undefined {
  switch (name) {
    case undefined:
    case "":
      return undefined;
    case "ssh-remote":
      return { where: "the SSH host", reach: TUNNEL };
    case "wsl":
      return {
        where: "WSL",
        reach:
          "set `networkingMode=mirrored` in `.wslconfig` and use `http://127.0.0.1:8012`, or use the address " +
          "of Windows that `ip route show default` prints",
      };
    case "dev-container":
    case "attached-container":
    case "k8s-container":
      return {
        where: "the container",
        reach:
          "use `http://host.docker.internal:8012` (on Linux run the container with " +
          "`--add-host=host.docker.internal:host-gateway`), and let the model's server listen there",
      };
    case "codespaces":
      return {
        where: "the codespace",
        reach:
          "forward its port to there: `gh codespace ssh -- -R 8012:127.0.0.1:8012` on the laptop, and keep " +
          "`http://127.0.0.1:8012` as the URL",
      };
    default:
      return { where: "the remote machine", reach: TUNNEL };
  }
}

/** Markdown for tooltip and report. */
export function remoteNote(name: string | undefined): string | undefined {
  const there = remote(name);
  return there === undefined
    ? undefined
    : `foretype runs on ${there.where}: \`127.0.0.1\` is that machine. For a model on your laptop ${there.reach}.`;
}
