/**
 * Marks mistakes in the text. Their words are in a list below the editor; here they are what the
 * pointer shows. The package for this, `@codemirror/lint`, is 9 kB of panels and tooltips (gzip).
 */
import { type EditorState, type Range, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';
import type { Mistake } from './mistake.ts';

const replaceMarks = StateEffect.define<DecorationSet>();

/** The extension that shows the marks; they move with the text until others replace them. */
export const mistakeMarks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (before, { changes, effects }) =>
    effects.reduce(
      (found, effect) => (effect.is(replaceMarks) ? effect.value : found),
      before.map(changes),
    ),
  provide: (field) => EditorView.decorations.from(field),
});

/** Marks mistakes in the text; those of before are not marked any more. */
export function markMistakes(view: EditorView, mistakes: readonly Mistake[]): void {
  const found = mistakes.map((mistake) => markOf(view.state, mistake));
  view.dispatch({ effects: replaceMarks.of(Decoration.set(found, true)) });
}

/** Marks the character of a mistake, the last one of a line that ends there, or an empty line. */
function markOf(state: EditorState, { row, column, message }: Mistake): Range<Decoration> {
  const line = state.doc.line(Math.max(1, Math.min(row, state.doc.lines)));
  const look = { class: 'cm-mistake', attributes: { title: message } };
  if (line.length === 0) return Decoration.line(look).range(line.from);
  const from = line.from + Math.max(0, Math.min(column, line.length) - 1);
  return Decoration.mark(look).range(from, from + 1);
}
