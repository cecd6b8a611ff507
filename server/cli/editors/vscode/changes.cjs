/** Changes of texts that the language server makes: fixes of findings, and other names. */
const vscode = require('vscode');
const { fromRange, idOf, toRange } = require('./positions.cjs');

/**
 * Registers what changes texts.
 * @param selector - which documents
 * @param clientOf - the running client; undefined while none runs
 */
function registerChanges(selector, clientOf) {
  const { languages } = vscode;
  const kinds = { providedCodeActionKinds: Object.values(kindsOf()) };
  return [
    languages.registerCodeActionsProvider(selector, actionsOf(clientOf), kinds),
    languages.registerRenameProvider(selector, renamesOf(clientOf)),
  ];
}

function actionsOf(clientOf) {
  return {
    provideCodeActions: async (document, range, context, token) => {
      const { diagnostics, only } = context;
      const asked = { textDocument: idOf(document), range: toRange(range) };
      const params = { ...asked, context: { diagnostics: [] } };
      const found = await clientOf()?.request('textDocument/codeAction', params, token);
      return (found ?? [])
        .map((action) => toAction(action, diagnostics))
        .filter(({ kind }) => only === undefined || only.contains(kind));
    },
  };
}

function renamesOf(clientOf) {
  return {
    prepareRename: async (document, position, token) => {
      const params = { textDocument: idOf(document), position };
      const found = await clientOf()?.request('textDocument/prepareRename', params, token);
      // The editor shows the message; without an error it would offer the word at the position.
      if (!found) throw new Error('Only rules and variables of policies have other names.');
      return { range: fromRange(found.range), placeholder: found.placeholder };
    },
    provideRenameEdits: async (document, position, newName, token) => {
      const params = { textDocument: idOf(document), position, newName };
      const found = await clientOf()?.demand('textDocument/rename', params, token);
      return found && toWorkspaceEdit(found);
    },
  };
}

/** The editor's kinds by those of the protocol. */
function kindsOf() {
  const { QuickFix, SourceFixAll } = vscode.CodeActionKind;
  return { quickfix: QuickFix, 'source.fixAll': SourceFixAll };
}

function toAction({ title, kind, diagnostics = [], edit }, shown) {
  const action = new vscode.CodeAction(title, kindsOf()[kind]);
  action.edit = toWorkspaceEdit(edit);
  action.diagnostics = shown.filter((each) => diagnostics.some((own) => isSame(own, each)));
  return action;
}

function isSame({ message, range: { start } }, shown) {
  const at = shown.range.start;
  return shown.message === message && at.line === start.line && at.character === start.character;
}

function toWorkspaceEdit({ changes }) {
  const edit = new vscode.WorkspaceEdit();
  for (const [uri, edits] of Object.entries(changes)) {
    const place = vscode.Uri.parse(uri);
    for (const { range, newText } of edits) edit.replace(place, fromRange(range), newText);
  }
  return edit;
}

module.exports = { registerChanges };
