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
  }),
);
