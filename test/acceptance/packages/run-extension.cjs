/**
 * Loads the extension for Visual Studio Code as the editor does, with a stand-in for the editor's
 * API, opens one policy and prints what the editor would show, as JSON.
 *
 *   node run-extension.cjs EXTENSION_DIRECTORY NOVACRON POLICY
 */
const Module = require('node:module');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

const [, , directory, novacron, policy] = process.argv;
const text = readFileSync(policy, 'utf8');
const uri = { toString: () => pathToFileURL(policy).href };
const document = { uri, languageId: 'rego', version: 1, getText: () => text };
const folder = { uri: { toString: () => pathToFileURL(join(policy, '..')).href }, name: 'a' };

const providers = {};
const logged = [];
let commands = [];
let publish = () => undefined;
const published = new Promise((resolve) => {
  publish = resolve;
});

/** Returns a class whose instances keep their constructor arguments. */
const made = (kind) =>
  class {
    constructor(...given) {
      Object.assign(this, { kind, given });
    }
  };
const disposable = () => ({ dispose: () => undefined });

/** Editor functions that register the capabilities of a server. */
const REGISTRATIONS = {
  codeActionProvider: 'registerCodeActionsProvider',
  completionProvider: 'registerCompletionItemProvider',
  definitionProvider: 'registerDefinitionProvider',
  documentFormattingProvider: 'registerDocumentFormattingEditProvider',
  documentSymbolProvider: 'registerDocumentSymbolProvider',
  foldingRangeProvider: 'registerFoldingRangeProvider',
  hoverProvider: 'registerHoverProvider',
  referencesProvider: 'registerReferenceProvider',
  renameProvider: 'registerRenameProvider',
};
const registrations = Object.entries(REGISTRATIONS).map(([announced, name]) => [
  name,
  (_selector, provider) => {
    providers[announced] = provider;
    return disposable();
  },
]);

/** Kinds of actions, of which one contains those that begin with it. */
const actionKind = (value) => ({
  value,
  contains: (other) => `${other.value}.`.startsWith(`${value}.`),
});
const QuickFix = actionKind('quickfix');
const SourceFixAll = actionKind('source.fixAll');

class CodeAction {
  constructor(title, kind) {
    Object.assign(this, { title, kind });
  }
}

class WorkspaceEdit {
  replaced = [];
  replace(...given) {
    this.replaced.push(given);
  }
}

const vscode = {
  Uri: { parse: (value) => value },
  Range: made('range'),
  Hover: made('hover'),
  Location: made('location'),
  TextEdit: made('edit'),
  MarkdownString: made('markdown'),
  CompletionItem: made('completion'),
  Diagnostic: made('diagnostic'),
  DocumentSymbol: made('symbol'),
  CodeAction,
  CodeActionKind: { QuickFix, SourceFixAll },
  FoldingRange: made('fold'),
  FoldingRangeKind: { Comment: 1, Imports: 2, Region: 3 },
  WorkspaceEdit,
  commands: {
    registerCommand: (name) => {
      commands = [...commands, name];
      return disposable();
    },
  },
  window: {
    createOutputChannel: () => ({
      append: (line) => logged.push(line),
      appendLine: (line) => logged.push(line),
      dispose: () => undefined,
    }),
    showErrorMessage: (message) => logged.push(message),
  },
  languages: {
    createDiagnosticCollection: () => ({
      set: (place, found) => publish({ place, found }),
      clear: () => undefined,
      dispose: () => undefined,
    }),
    ...Object.fromEntries(registrations),
  },
  workspace: {
    workspaceFolders: [folder],
    textDocuments: [document],
    getConfiguration: () => ({
      get: (name, otherwise) => (name === 'path' ? novacron : otherwise),
    }),
    createFileSystemWatcher: () => ({
      onDidCreate: disposable,
      onDidChange: disposable,
      onDidDelete: disposable,
      dispose: () => undefined,
    }),
    onDidOpenTextDocument: disposable,
    onDidCloseTextDocument: disposable,
    onDidChangeTextDocument: disposable,
    onDidChangeWorkspaceFolders: disposable,
  },
};

const load = Module._load;
Module._load = (request, ...rest) => (request === 'vscode' ? vscode : load(request, ...rest));

async function main() {
  const { main: entry } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const extension = require(join(directory, entry));
  const context = { subscriptions: [] };
  extension.activate(context);
  const diagnostics = await published;
  const shown = {
    commands,
    diagnostics,
    registered: Object.keys(providers).sort(),
    announced: await announcedBy(novacron),
    ...(await readTexts()),
    ...(await changeTexts(diagnostics)),
    subscriptions: context.subscriptions.length,
  };
  await extension.deactivate();
  process.stdout.write(JSON.stringify({ ...shown, logged }));
}

/** Returns the capabilities offered to a client that knows nothing of the extension. */
async function announcedBy(program) {
  const { LanguageClient } = require(join(directory, 'language-client.cjs'));
  const handlers = { onNotification: () => {}, onLog: () => {}, onEnd: () => {} };
  const client = new LanguageClient([program, 'policy', 'lsp'], handlers);
  const answer = await client.request('initialize', { processId: null, capabilities: {} });
  await client.stop();
  return Object.keys(answer.capabilities)
    .filter((name) => name.endsWith('Provider'))
    .sort();
}

async function readTexts() {
  const position = { line: 2, character: 7 };
  const name = { line: 2, character: 0 };
  const all = { includeDeclaration: true };
  return {
    hover: await providers.hoverProvider.provideHover(document, position),
    symbols: await providers.documentSymbolProvider.provideDocumentSymbols(document),
    completion: await providers.completionProvider.provideCompletionItems(document, position),
    definition: await providers.definitionProvider.provideDefinition(document, position),
    references: await providers.referencesProvider.provideReferences(document, name, all),
    folds: await providers.foldingRangeProvider.provideFoldingRanges(document, {}),
    edits: await providers.documentFormattingProvider.provideDocumentFormattingEdits(document, {}),
  };
}

async function changeTexts({ found }) {
  const { codeActionProvider, renameProvider } = providers;
  const whole = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
  const act = (only) =>
    codeActionProvider.provideCodeActions(document, whole, { diagnostics: ranged(found), only });
  const name = { line: 2, character: 0 };
  const rename = (to) => renameProvider.provideRenameEdits(document, name, to);
  return {
    actions: await act(undefined),
    fixesOnSave: await act(SourceFixAll),
    prepared: await renameProvider.prepareRename(document, name),
    unprepared: await messageOf(renameProvider.prepareRename(document, { line: 0, character: 1 })),
    renamed: await rename('shown'),
    refused: await messageOf(rename('y')),
  };
}

/** Converts diagnostics to the form of the editor, with named ranges and messages. */
function ranged(found) {
  return found.map((each) => {
    const [range, message] = each.given;
    const [line, character] = range.given;
    return Object.assign(each, { message, range: { start: { line, character } } });
  });
}

async function messageOf(work) {
  return await work.then(
    () => 'not refused',
    ({ message }) => message,
  );
}

void main();
