// Declarations of variables that have a value already.

import { tokenAt } from '../source/edits.ts';
import type { LintRule } from '../source/model.ts';
import { literalsOf, variablesIn } from '../source/names.ts';

/** The rule `unnecessary-some` of Regal. */
export const unnecessarySome: LintRule = {
  name: 'unnecessary-some',
  category: 'style',
  level: 'error',
  check: (file) =>
    literalsOf(file).flatMap(({ literal }) => {
      if (literal.kind !== 'some-in') return [];
      const terms = [...(literal.key ? [literal.key] : []), literal.value];
      if (terms.some((term) => variablesIn(term).length > 0)) return [];
      const word = tokenAt(file, literal.at);
      const next = tokenAt(file, (literal.key ?? literal.value).at);
      const edits =
        word?.text === 'some' && next !== undefined
          ? [{ start: word.span[0], end: next.span[0], text: '' }]
          : [];
      const message = '"some" declares nothing here; leave it out.';
      return [{ at: literal.at, message, edits }];
    }),
};
