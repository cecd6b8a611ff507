/** Connects Visual Studio Code with `novacron policy lsp`. */
const vscode = require('vscode');
const { registerChanges } = require('./changes.cjs');
const { LanguageClient } = require('./language-client.cjs');
const { fromRange, idOf, toRange } = require('./positions.cjs');

const SELECTOR = { language: 'rego' };
/** Policies, and where the linter's configuration is. */
const WATCHED = '**/{*.rego,.regal.yaml,.regal/config.yaml}';
/** A server that ends more often is not started again by itself. */
const RESTARTS_MAX = 4;

let running;

/** Called by the editor when a policy is opened. */
function activate(context) {
  const output = vscode.window.createOutputChannel('NovaCron Rego');
  const diagnostics = vscode.languages.createDiagnosticCollection('novacron');
  const session = { output, diagnostics, client: undefined, restarts: 0 };
  running = session;
  start(session);
  context.subscriptions.push(
    output,
    diagnostics,
    vscode.commands.registerCommand('novacron.restart', () => restart(session)),
    ...registerTexts(session),
    ...registerProviders(session),
    ...registerChanges(SELECTOR, () => session.client),
  );
}

/** Called by the editor when it ends. */
async function deactivate() {
  const client = running?.client;
  running = undefined;
  await client?.stop();
}

function start(session) {
  const settings = vscode.workspace.getConfiguration('novacron');
  const command = [settings.get('path', 'novacron'), 'policy', 'lsp'];
  const client = new LanguageClient(command, {
    onLog: (text) => session.output.append(text),
    onNotification: (method, params) => {
      if (method === 'textDocument/publishDiagnostics') publish(session, params);
    },
    onEnd: (code) => recover(session, client, code),
  });
  session.client = client;
  const folders = vscode.workspace.workspaceFolders ?? [];
  void client
    .request('initialize', {
      processId: process.pid,
      capabilities: { general: { positionEncodings: ['utf-16'] } },
      workspaceFolders: folders.map(({ uri, name }) => ({ uri: uri.toString(), name })),
      initializationOptions: {
        grouping: settings.get('grouping', 'by-directory'),
        unknownInput: settings.get('unknownInput', 'error'),
      },
    })
    .then(() => {
      client.notify('initialized', {});
      for (const document of vscode.workspace.textDocuments) open(session, document);
    });
}

async function restart(session) {
  const { client } = session;
  session.client = undefined;
  session.restarts = 0;
  await client?.stop();
  session.diagnostics.clear();
  start(session);
}

/** Starts the server again when it ended by itself. */
function recover(session, client, code) {
  if (running !== session || session.client !== client) return;
  session.client = undefined;
  session.output.appendLine(`novacron policy lsp ended with ${code}`);
  if (session.restarts >= RESTARTS_MAX) {
    void vscode.window.showErrorMessage(
      'NovaCron: the language server does not run. Is novacron installed (setting novacron.path)?',
    );
    return;
  }
  session.restarts += 1;
  start(session);
}

function registerTexts(session) {
  const watcher = vscode.workspace.createFileSystemWatcher(WATCHED);
  const refresh = (uri) =>
    session.client?.notify('workspace/didChangeWatchedFiles', {
      changes: [{ uri: uri.toString(), type: 2 }],
    });
  return [
    watcher,
    watcher.onDidCreate(refresh),
    watcher.onDidChange(refresh),
    watcher.onDidDelete(refresh),
    vscode.workspace.onDidOpenTextDocument((document) => open(session, document)),
    vscode.workspace.onDidCloseTextDocument((document) => {
      if (document.languageId !== 'rego') return;
      session.client?.notify('textDocument/didClose', { textDocument: idOf(document) });
    }),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (document.languageId !== 'rego' || contentChanges.length === 0) return;
      session.client?.notify('textDocument/didChange', {
        textDocument: { ...idOf(document), version: document.version },
        contentChanges: contentChanges.map(({ range, text }) => ({ range: toRange(range), text })),
      });
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(() => restart(session)),
  ];
}

function open(session, document) {
  if (document.languageId !== 'rego') return;
  session.client?.notify('textDocument/didOpen', {
    textDocument: {
      ...idOf(document),
      languageId: 'rego',
      version: document.version,
      text: document.getText(),
    },
  });
}

function registerProviders(session) {
  const ask = (method, document, more, token) =>
    session.client?.request(method, { textDocument: idOf(document), ...more }, token);
  const { languages } = vscode;
  return [
    languages.registerReferenceProvider(SELECTOR, {
      provideReferences: async (document, position, context, token) => {
        const found = await ask('textDocument/references', document, { position, context }, token);
        return (found ?? []).map(toLocation);
      },
    }),
    languages.registerFoldingRangeProvider(SELECTOR, {
      provideFoldingRanges: async (document, _context, token) => {
        const found = await ask('textDocument/foldingRange', document, {}, token);
        return (found ?? []).map(toFold);
      },
    }),
    languages.registerHoverProvider(SELECTOR, {
      provideHover: async (document, position, token) => {
        const found = await ask('textDocument/hover', document, { position }, token);
        if (!found) return undefined;
        const text = new vscode.MarkdownString(found.contents.value);
        return new vscode.Hover(text, found.range && fromRange(found.range));
      },
    }),
    languages.registerCompletionItemProvider(
      SELECTOR,
      {
        provideCompletionItems: async (document, position, token) => {
          const found = await ask('textDocument/completion', document, { position }, token);
          return (found ?? []).map(toCompletion);
        },
      },
      '.',
    ),
    languages.registerDefinitionProvider(SELECTOR, {
      provideDefinition: async (document, position, token) => {
        const found = await ask('textDocument/definition', document, { position }, token);
        return (found ?? []).map(toLocation);
      },
    }),
    languages.registerDocumentSymbolProvider(SELECTOR, {
      provideDocumentSymbols: async (document, token) => {
        const found = await ask('textDocument/documentSymbol', document, {}, token);
        return (found ?? []).map(toSymbol);
      },
    }),
    languages.registerDocumentFormattingEditProvider(SELECTOR, {
      provideDocumentFormattingEdits: async (document, options, token) => {
        const found = await ask('textDocument/formatting', document, { options }, token);
        return (found ?? []).map(
          ({ range, newText }) => new vscode.TextEdit(fromRange(range), newText),
        );
      },
    }),
  ];
}

function publish({ diagnostics }, { uri, diagnostics: found }) {
  const shown = found.map(({ range, severity, message, code, source }) => {
    // The editor counts severities from 0.
    const diagnostic = new vscode.Diagnostic(fromRange(range), message, severity - 1);
    return Object.assign(diagnostic, { code, source });
  });
  diagnostics.set(vscode.Uri.parse(uri), shown);
}

function toLocation({ uri, range }) {
  return new vscode.Location(vscode.Uri.parse(uri), fromRange(range));
}

function toFold({ startLine, endLine, kind }) {
  const { Comment, Imports } = vscode.FoldingRangeKind;
  return new vscode.FoldingRange(startLine, endLine, { comment: Comment, imports: Imports }[kind]);
}

function toCompletion({ label, kind, detail, documentation, textEdit }) {
  // The editor counts kinds from 0.
  const item = new vscode.CompletionItem(label, kind - 1);
  return Object.assign(item, {
    detail,
    documentation,
    insertText: textEdit.newText,
    range: fromRange(textEdit.range),
    filterText: label,
  });
}

function toSymbol({ name, detail, kind, range, selectionRange, children = [] }) {
  const symbol = new vscode.DocumentSymbol(
    name,
    detail,
    // The editor counts kinds from 0.
    kind - 1,
    fromRange(range),
    fromRange(selectionRange),
  );
  symbol.children = children.map(toSymbol);
  return symbol;
}

module.exports = { activate, deactivate };
