import assert from "node:assert/strict";
import { test } from "node:test";

import { findProgram, type Places } from "../src/pure/binary.ts";

const linux: Places = { setting: "", extension: "/ext", home: "/home/u", path: "/usr/bin:relative::/opt/", windows: false };
const windows: Places = { setting: "", extension: "C:\\ext", home: "C:\\Users\\u", path: "C:\\bin;D:\\tools", windows: true };

const cases: [string, Places, string[], string][] = [
  ["the bundled one before PATH's", linux, ["/ext/bin/foretype", "/usr/bin/foretype"], "bundled /ext/bin/foretype"],
  ["PATH, in order", linux, ["/opt/foretype"], "path /opt/foretype"],
  ["not from a relative folder", linux, ["relative/foretype", "foretype", "/foretype"], "none"],
  ["the setting before all", { ...linux, setting: "/my/f" }, ["/my/f", "/ext/bin/foretype"], "setting /my/f"],
  ["the setting under the home folder", { ...linux, setting: " ~/f " }, ["/home/u/f"], "setting /home/u/f"],
  ["never another one than the setting's", { ...linux, setting: "/my/f" }, ["/ext/bin/foretype"], "none"],
  ["no relative setting", { ...linux, setting: "bin/f" }, ["bin/f"], "none"],
  ["Windows, bundled", windows, ["C:\\ext\\bin\\foretype.exe"], "bundled C:\\ext\\bin\\foretype.exe"],
  ["Windows, PATH", windows, ["D:\\tools\\foretype.exe"], "path D:\\tools\\foretype.exe"],
  ["Windows, home", { ...windows, setting: "~\\f.exe" }, ["C:\\Users\\u\\f.exe"], "setting C:\\Users\\u\\f.exe"],
];

for (const [says, places, files, want] of cases) {
  test(says, () => {
    const program = findProgram(places, (file) => files.includes(file));
    assert.equal(program.found ? `${program.source} ${program.file}` : "none", want);
  });
}

test("a problem names the setting and its value", () => {
  const program = findProgram({ ...linux, setting: "/my/f" }, () => false);
  assert.match(program.found ? "" : program.problem, /foretype\.path .*\/my\/f/);
});
