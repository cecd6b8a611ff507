// Loops with `some … in` over what another loop goes over in brackets.

import type { LintRule } from '../source/model.ts';
import { literalsOf } from '../source/names.ts';
import { outputsOf, setVariables } from '../source/output-variables.ts';

/** The rule `mixed-iteration` of Regal. */
export const mixedIteration: LintRule = {
  name: 'mixed-iteration',
  category: 'style',
  level: 'error',
  check: (file) =>
    literalsOf(file).flatMap(({ literal, rule }) => {
      if (literal.kind !== 'some-in') return [];
      const { collection } = literal;
      if (outputsOf(collection, { file, known: setVariables(rule, file) }).length === 0) return [];
      const message = 'Write this loop with "some … in", too, or both of them in brackets.';
      return [{ at: collection.at, message }];
    }),
};
