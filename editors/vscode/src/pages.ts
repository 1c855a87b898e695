/** Explanations: Markdown files of the server's that grow; shown rendered, beside the code. */

import * as vscode from "vscode";

/** VS Code's own preview, as the editor of a file: it follows the file, and takes no focus. */
const PREVIEW = "vscode.markdown.preview.editor";
const MARKDOWN = "vscode.markdown-language-features";

/** Opens a page by its URI; of links only. */
export const OPEN_PAGE = "foretype.openPage";

let latest: vscode.Uri | undefined;

/** Whether it is a page that the server writes. */
export function isPage(uri: vscode.Uri): boolean {
  return uri.scheme === "file" && /[\\/]answers[\\/][^\\/]+\.md$/u.test(uri.fsPath);
}

/** The page that is in front, else the one that was shown last. */
export function currentPage(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const shown =
    input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText ? input.uri : undefined;
  return shown !== undefined && isPage(shown) ? shown : latest;
}

/** Shows a page where it is shown already, else beside the code; the keyboard stays where it is. */
export async function showPage(uri: vscode.Uri): Promise<void> {
  latest = uri;
  await vscode.commands.executeCommand("setContext", "foretype.page", true);
  const viewColumn = columnOf(uri) ?? vscode.ViewColumn.Beside;
  const options = { viewColumn, preserveFocus: true, preview: true };
  if (vscode.extensions.getExtension(MARKDOWN) === undefined) {
    await vscode.window.showTextDocument(uri, options);
    return;
  }
  await vscode.commands.executeCommand("vscode.openWith", uri, PREVIEW, options);
}

/** Markdown whose links to pages lead to the rendered page, and not to the file. */
export function withPageLinks(markdown: string): string {
  return markdown.replaceAll(/\]\((file:[^\s)]+)\)/gu, (link, uri: string) => {
    if (!isPage(vscode.Uri.parse(uri))) return link;
    return `](command:${OPEN_PAGE}?${encodeURIComponent(JSON.stringify([uri]))})`;
  });
}

function columnOf(uri: vscode.Uri): vscode.ViewColumn | undefined {
  const shows = ({ input }: vscode.Tab) =>
    input instanceof vscode.TabInputCustom && input.uri.toString() === uri.toString();
  return vscode.window.tabGroups.all.find(({ tabs }) => tabs.some(shows))?.viewColumn;
}
