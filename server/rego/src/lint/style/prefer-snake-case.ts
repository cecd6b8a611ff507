// Names that are not in snake_case.

import type { LintRule } from '../source/model.ts';
import { declaredIn } from '../source/names.ts';

/** The rule `prefer-snake-case` of Regal. */
export const preferSnakeCase: LintRule = {
  name: 'prefer-snake-case',
  category: 'style',
  level: 'error',
  check: (file) =>
    file.module.rules.flatMap((rule) => {
      const inHead = rule.path.flatMap((part, index) =>
        part.kind === 'scalar' &&
        typeof part.value === 'string' &&
        (index === 0 || isName(part.value))
          ? [{ name: part.value, at: part.at }]
          : [],
      );
      return [...inHead, ...declaredIn(rule, file)]
        .filter(({ name }) => name !== name.toLowerCase())
        .map(({ name, at }) => ({ at, message: `Write ${name} in snake_case.` }));
    }),
};

function isName(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text);
}
