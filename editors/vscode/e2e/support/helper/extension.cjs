// What a test cannot see or do through the keyboard: the document's exact text, opening a file at
// a place, commands without a key. One loopback server for each window, announced by a file.
const { createServer } = require("node:http");
const { writeFileSync, renameSync } = require("node:fs");
const { join } = require("node:path");
const vscode = require("vscode");

const active = () => vscode.window.activeTextEditor;

const problems = vscode.languages.createDiagnosticCollection("tests");
let checking;

const actions = {
  /** Reports a problem in the active document, as another extension does. */
  diagnose({ from, to, message, code }) {
    const { document } = active();
    const range = new vscode.Range(document.positionAt(from), document.positionAt(to));
    const problem = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Error);
    Object.assign(problem, { code, source: "checker" });
    problems.set(document.uri, [problem]);
    return {};
  },
  /** Checks the active document from now on, as a linter does: each rule is a pattern and what is wrong. */
  check({ rules }) {
    const { document } = active();
    const look = () => {
      const text = document.getText();
      const found = rules.flatMap(({ pattern, message, code }) =>
        [...text.matchAll(new RegExp(pattern, "gmu"))].map((match) => {
          const [from, to] = [match.index, match.index + match[0].length];
          const range = new vscode.Range(document.positionAt(from), document.positionAt(to));
          const problem = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Error);
          return Object.assign(problem, { code, source: "checker" });
        }),
      );
      problems.set(document.uri, found);
    };
    checking?.dispose();
    checking = vscode.workspace.onDidChangeTextDocument((change) => {
      if (change.document === document) look();
    });
    look();
    return {};
  },
  /** Opens a file with the cursor at an offset in UTF-16 units, and nothing else. */
  async open({ path, offset }) {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
    const at = document.positionAt(offset);
    const selection = new vscode.Range(at, at);
    await vscode.window.showTextDocument(document, { preview: false, selection });
    return { language: document.languageId };
  },
  async closeFiles() {
    const open = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    for (let left = open().length; left > 0; left -= 1) {
      await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    }
    return { left: open().length };
  },
  async openNotebook({ path }) {
    // VS Code does not wait for an activation that something else has begun.
    await vscode.extensions.getExtension("vscode.ipynb").activate();
    const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.file(path));
    await vscode.window.showNotebookDocument(notebook, { preview: false });
    return { cells: notebook.cellCount };
  },
  /** The text as the editor's extensions have it, and where the cursor is. */
  document() {
    const editor = active();
    if (editor === undefined) return { text: null };
    return {
      text: editor.document.getText(),
      cursor: editor.document.offsetAt(editor.selection.active),
      dirty: editor.document.isDirty,
      path: editor.document.uri.fsPath,
    };
  },
  async command({ id, args = [] }) {
    return { value: (await vscode.commands.executeCommand(id, ...args)) ?? null };
  },
  setting({ name }) {
    return { value: vscode.workspace.getConfiguration().get(name) ?? null };
  },
  async set({ name, value }) {
    await vscode.workspace.getConfiguration().update(name, value, vscode.ConfigurationTarget.Global);
    return {};
  },
  /** The names of the folders that are open. */
  folders() {
    return { names: (vscode.workspace.workspaceFolders ?? []).map(({ name }) => name) };
  },
  trusted() {
    return { value: vscode.workspace.isTrusted };
  },
};

exports.activate = (context) => {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    try {
      const { action, ...given } = JSON.parse(body);
      response.end(JSON.stringify(await actions[action](given)));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  const announce = () => {
    const { workspaceFile, workspaceFolders = [] } = vscode.workspace;
    // A workspace that is being opened may have none yet.
    if (workspaceFolders.length === 0) return;
    const opened = (workspaceFile ?? workspaceFolders[0]?.uri)?.fsPath ?? "";
    const file = join(process.env.FORETYPE_E2E_WINDOWS, `${process.pid}.json`);
    writeFileSync(`${file}.part`, JSON.stringify({ opened, port: server.address().port }));
    renameSync(`${file}.part`, file);
  };
  server.listen(0, "127.0.0.1", announce);
  context.subscriptions.push(vscode.workspace.onDidChangeWorkspaceFolders(announce));
  // A listing of words for the suggestion popup, which has no language server here.
  const words = vscode.languages.registerCompletionItemProvider(
    { pattern: "**/*.popup.*" },
    {
      provideCompletionItems() {
        const item = new vscode.CompletionItem("console", vscode.CompletionItemKind.Variable);
        const method = new vscode.CompletionItem("console.log", vscode.CompletionItemKind.Method);
        return [item, method];
      },
    },
  );
  context.subscriptions.push(words, { dispose: () => server.close() });
};
