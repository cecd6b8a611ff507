// Bodies of rules without "if".

import type { LintRule } from '../source/model.ts';
import { keyOfPlace } from '../source/names.ts';

/** The rule `use-if` of Regal. */
export const useIf: LintRule = {
  name: 'use-if',
  category: 'idiomatic',
  level: 'error',
  check: ({ module, tokens, tokenIndex }) =>
    module.rules.flatMap(({ at, branches, shape }) => {
      const [first] = branches;
      const [start] = first?.body ?? [];
      if (shape === 'default' || start === undefined) return [];
      const from = tokenIndex.get(keyOfPlace(at));
      const head = tokens.slice(from, tokenIndex.get(keyOfPlace(start.at)));
      if (head.some(({ kind, text }) => kind === 'name' && text === 'if')) return [];
      return [{ at, message: 'Write "if" before the body, as version 1 of the language asks.' }];
    }),
};
