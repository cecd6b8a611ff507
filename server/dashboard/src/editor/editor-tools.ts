/**
 * Comfort features of the editor: colours, brackets and undo. They load after the editor, which is
 * usable before that.
 */
import { closeBrackets } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { keymap } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { EditorLanguage } from './editor-language.ts';
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
