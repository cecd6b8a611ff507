/**
 * What makes the editor comfortable: colours, brackets, undo and marks of mistakes. It is loaded
 * after the editor, which can be read and typed into before.
 */
import { closeBrackets } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import type { EditorState, Extension } from '@codemirror/state';
import { type EditorView, keymap } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { EditorLanguage } from './editor-language.ts';
import type { Mistake } from './mistake.ts';
import { regoLanguage } from './rego-language.ts';
import { yamlLanguage } from './yaml-language.ts';

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--info)', fontWeight: '600' },
  { tag: tags.string, color: 'var(--ok)' },
  { tag: tags.number, color: 'var(--watch)' },
  { tag: tags.comment, color: 'var(--text-second)', fontStyle: 'italic' },
  { tag: tags.special(tags.variableName), color: 'var(--bad)' },
  { tag: tags.function(tags.variableName), color: 'var(--info)' },
]);

/** The extensions. */
export function editorTools(language: EditorLanguage): Extension {
  return [
    history(),
    bracketMatching(),
    closeBrackets(),
    language === 'rego' ? regoLanguage : yamlLanguage,
    syntaxHighlighting(colours),
    keymap.of([...defaultKeymap, ...historyKeymap]),
  ];
}

/** Marks mistakes in the text; those of before are not marked any more. */
export function markMistakes(view: EditorView, mistakes: readonly Mistake[]): void {
  const diagnostics = mistakes.map((mistake) => toDiagnostic(view.state, mistake));
  view.dispatch(setDiagnostics(view.state, diagnostics));
}

function toDiagnostic(state: EditorState, { row, column, message }: Mistake): Diagnostic {
  const line = state.doc.line(Math.max(1, Math.min(row, state.doc.lines)));
  const from = Math.min(line.from + Math.max(0, column - 1), line.to);
  return { from, to: Math.max(from, Math.min(from + 1, line.to)), severity: 'error', message };
}
