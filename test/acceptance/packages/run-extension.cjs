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

/** What is constructed keeps its arguments. */
const made = (kind) =>
  class {
    constructor(...given) {
      Object.assign(this, { kind, given });
    }
  };
const disposable = () => ({ dispose: () => undefined });
const register = (name) => (_selector, provider) => {
  providers[name] = provider;
  return disposable();
};

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
    registerHoverProvider: register('hover'),
    registerCompletionItemProvider: register('completion'),
    registerDefinitionProvider: register('definition'),
    registerDocumentSymbolProvider: register('symbols'),
    registerDocumentFormattingEditProvider: register('formatting'),
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
  const position = { line: 2, character: 7 };
  const shown = {
    commands,
    diagnostics,
    hover: await providers.hover.provideHover(document, position),
    symbols: await providers.symbols.provideDocumentSymbols(document),
    completion: await providers.completion.provideCompletionItems(document, position),
    definition: await providers.definition.provideDefinition(document, position),
    edits: await providers.formatting.provideDocumentFormattingEdits(document, {}),
    subscriptions: context.subscriptions.length,
  };
  await extension.deactivate();
  process.stdout.write(JSON.stringify({ ...shown, logged }));
}

void main();
