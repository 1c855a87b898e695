/** Which foretype program to start. */

export interface Places {
  /** The setting `foretype.path`. */
  setting: string;
  /** The extension's own folder. */
  extension: string;
  home: string;
  /** The variable PATH. */
  path: string;
  windows: boolean;
}

export type Program =
  | { found: true; file: string; source: "setting" | "bundled" | "path" }
  | { found: false; problem: string };

/**
 * The setting, else the one in the extension, else the one on PATH. A setting that leads nowhere is
 * an error: another program than the one that was asked for is never started.
 */
export function findProgram(places: Places, isProgram: (file: string) => boolean): Program {
  const { extension, windows } = places;
  const slash = windows ? "\\" : "/";
  const name = windows ? "foretype.exe" : "foretype";
  const setting = places.setting.trim();
  if (setting !== "") {
    const file = expand(setting, places.home, slash);
    if (!isAbsolute(file, windows)) {
      const problem = `The setting foretype.path must be an absolute path or begin with ~; it is "${setting}".`;
      return { found: false, problem };
    }
    return isProgram(file)
      ? { found: true, file, source: "setting" }
      : { found: false, problem: `The setting foretype.path names ${file}, which is not a program.` };
  }
  const bundled = [extension, "bin", name].join(slash);
  if (isProgram(bundled)) return { found: true, file: bundled, source: "bundled" };
  for (const folder of places.path.split(windows ? ";" : ":")) {
    // A relative folder would make it depend on the working directory.
    if (!isAbsolute(folder, windows)) continue;
    const file = folder.replace(/[\\/]$/, "") + slash + name;
    if (isProgram(file)) return { found: true, file, source: "path" };
  }
  return {
    found: false,
    problem: "The foretype program is not in this build of the extension, and not on the PATH.",
  };
}

function expand(path: string, home: string, slash: string): string {
  return path === "~" || /^~[\\/]/.test(path)
    ? home.replace(/[\\/]$/, "") + slash + path.slice(2)
    : path;
}

function isAbsolute(path: string, windows: boolean): boolean {
  return windows ? /^([A-Za-z]:[\\/]|\\\\)/.test(path) : path.startsWith("/");
}
