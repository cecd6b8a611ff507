// Names without a meaning, such as foo.

import type { LintRule } from '../source/model.ts';
import { declaredIn, nameOfRule } from '../source/names.ts';

/** The rule `metasyntactic-variable` of Regal. */
export const metasyntacticVariable: LintRule = {
  name: 'metasyntactic-variable',
  category: 'testing',
  level: 'error',
  check: (file) =>
    file.module.rules.flatMap((rule) => {
      const own = { name: nameOfRule(rule), at: rule.at };
      return [own, ...declaredIn(rule, file)]
        .filter(({ name }) => MEANINGLESS.has(name))
        .map(({ name, at }) => ({ at, message: `${name} says nothing; name what it stands for.` }));
    }),
};

const MEANINGLESS: ReadonlySet<string> = new Set(
  'foobar foo bar baz qux quux corge grault garply waldo fred plugh xyzzy thud'.split(' '),
);
