/** Ranges and documents of the editor as the protocol has them, and back. */
const vscode = require('vscode');

function idOf(document) {
  return { uri: document.uri.toString() };
}

function toRange({ start, end }) {
  return {
    start: { line: start.line, character: start.character },
    end: { line: end.line, character: end.character },
  };
}

function fromRange({ start, end }) {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

module.exports = { fromRange, idOf, toRange };
