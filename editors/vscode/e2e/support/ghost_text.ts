/** Reads ghost text off the screen. */
import type { Page } from "playwright-core";

/** What is drawn from the cursor on, lines joined by `\n`; null where nothing is. */
export function ghostText(page: Page): Promise<string | null> {
  return page.evaluate(() => {
    const editor = document.querySelector(".monaco-editor.focused");
    if (editor === null) return null;
    const inline = [...editor.querySelectorAll('.view-lines [class*="ghost-text-decoration"]')];
    const below = [...editor.querySelectorAll(".view-zones .suggest-preview-text .view-line")];
    if (inline.length + below.length === 0) return null;
    const first = inline.map((span) => span.textContent).join("");
    const lines = [first, ...below.map((line) => line.textContent)];
    return lines.join("\n").replaceAll("\u00a0", " ");
  });
}
