/** The pictures of the README and the extension's page; made again with FORETYPE_SCREENSHOTS=1. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { inOwnWindow } from "./support/suite.ts";

const MEDIA = join(import.meta.dirname, "../media");
const SOURCE = `from dataclasses import dataclass


@dataclass
class Reading:
    sensor: str
    celsius: float


def warmest(readings: list[Reading]) -> dict[str, float]:
    """The highest temperature of each sensor."""‸
`;
const ANSWER = `highest: dict[str, float] = {}
    for reading in readings:
        known = highest.get(reading.sensor, reading.celsius)
        highest[reading.sensor] = max(known, reading.celsius)
    return highest`;

const WINDOW = {
  folder: "weather",
  width: 900,
  height: 506,
  settings: {
    "workbench.colorTheme": "Dark Modern",
    "workbench.sideBar.location": "right",
    "workbench.activityBar.location": "hidden",
    "workbench.layoutControl.enabled": false,
    "window.commandCenter": false,
    "workbench.editor.showTabs": "single",
    "breadcrumbs.enabled": false,
    "editor.minimap.enabled": false,
    "editor.fontFamily": "'DejaVu Sans Mono', monospace",
    "editor.fontSize": 14,
    "editor.lineHeight": 22,
    "editor.cursorBlinking": "solid",
    "editor.scrollBeyondLastLine": false,
    "editor.overviewRulerBorder": false,
  },
};

const skip = process.env["FORETYPE_SCREENSHOTS"] === "1" ? false : "FORETYPE_SCREENSHOTS is not 1";

test(
  "Pictures",
  { skip },
  inOwnWindow(WINDOW, async ({ editor, backend }) => {
    mkdirSync(MEDIA, { recursive: true });
    backend.answer(ANSWER);
    await editor.command("workbench.action.closeSidebar");
    await editor.open("weather.py", SOURCE);
    await editor.type("\n");
    await editor.showsGhostText(ANSWER);
    await editor.statusSays(/ready/iu);
    await editor.page.screenshot({ path: join(MEDIA, "ghost-text.png"), animations: "disabled" });
    await editor.press("Escape");
    await editor.page.locator('.statusbar-item[id^="foretype.foretype"]').first().click();
    await editor.page.waitForSelector(".quick-input-widget .monaco-list-row");
    await editor.page.screenshot({ path: join(MEDIA, "menu.png"), animations: "disabled" });
    await editor.press("Escape");
  }),
);

const LOOP = `from dataclasses import dataclass


@dataclass
class Reading:
    sensor: str
    celsius: float


def warmest(readings: list[Reading]) -> dict[str, float]:
    """The highest temperature of each sensor."""
    highest = {}
    for reading in readings:
        if reading.sensor in highest.keys():
            if reading.celsius > highest[reading.sensor]:
                highest[reading.sensor] = reading.celsius‸
        else:
            highest[reading.sensor] = reading.celsius
    return highest
`;
const SIMPLER = `\`\`\`python
def warmest(readings: list[Reading]) -> dict[str, float]:
    """The highest temperature of each sensor."""
    highest: dict[str, float] = {}
    for reading in readings:
        known = highest.get(reading.sensor, reading.celsius)
        highest[reading.sensor] = max(known, reading.celsius)
    return highest
\`\`\``;
const SAYS = `\`warmest\` goes through the readings once and keeps the highest temperature of each sensor.

- The first reading of a sensor is taken as it is.
- A later one counts where it is warmer.
- Without readings the answer is \`{}\`.

\`\`\`python
warmest([Reading("roof", 21.5), Reading("roof", 23.0)])
# {"roof": 23.0}
\`\`\`
`;

test(
  "Pictures of actions",
  { skip },
  inOwnWindow({ ...WINDOW, folder: "actions", width: 1100, height: 560 }, async ({ editor, backend }) => {
    const { page } = editor;
    const picture = (name: string) => page.screenshot({ path: join(MEDIA, name), animations: "disabled" });
    await editor.command("workbench.action.closeSidebar");
    await editor.open("weather.py", LOOP);
    backend.chats.answer(SAYS);
    await editor.palette("foretype: Explain");
    await editor.showsPage('{"roof": 23.0}');
    await editor.notifiesNothing();
    await picture("explain.png");
    await editor.command("workbench.action.closeEditorsInOtherGroups");
    await editor.press("Control+.");
    await page.locator(".action-widget .monaco-list-row.action", { hasText: "Simplify" }).waitFor();
    await picture("actions.png");
    await editor.press("Escape");
    backend.chats.answer(SIMPLER);
    await editor.codeAction("Simplify `warmest`");
    await editor.hasText(LOOP.slice(0, LOOP.indexOf("def")) + SIMPLER.replaceAll(/```(python\n)?/gu, ""));
    await editor.notifiesNothing();
    await picture("edit.png");
    backend.chats.answer(SAYS.replaceAll(/```[^]*```/gu, ""));
    await editor.open("hover.py", LOOP.replace("‸", "").replace("def war", "def ‸war"));
    await editor.hovers("as it is");
    await picture("hover.png");
  }),
);
