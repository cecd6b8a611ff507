// Names that do not follow the patterns of the configuration.

import { isJsonObject } from '../../syntax/json-object.ts';
import type { Declared, LintRule, SourceFile } from '../source/model.ts';
import { declaredIn, nameOfRule } from '../source/names.ts';
import { listOption, matchesPattern } from '../source/options.ts';

/** The rule `naming-convention` of Regal. */
export const namingConvention: LintRule = {
  name: 'naming-convention',
  category: 'custom',
  level: 'ignore',
  check: (file, { options }) => {
    const conventions = Array.isArray(options.conventions) ? options.conventions : [];
    return conventions.flatMap((each: unknown) => {
      const { pattern, targets } = isJsonObject(each) ? each : {};
      if (typeof pattern !== 'string') return [];
      const named = namedThings(file, new Set(listOption(targets)));
      return named
        .filter(({ name }) => !matchesPattern(pattern, name))
        .map(({ name, at }) => ({ at, message: `${name} does not match ${pattern}.` }));
    });
  },
};

function namedThings(file: SourceFile, targets: ReadonlySet<string>): readonly Declared[] {
  const { module } = file;
  const at = { row: 1, column: 1 };
  return [
    ...(targets.has('package') ? [{ name: module.package.join('.'), at }] : []),
    ...module.rules.flatMap((rule) => {
      const isWanted = targets.has(rule.args === undefined ? 'rule' : 'function');
      const own = isWanted ? [{ name: nameOfRule(rule), at: rule.at }] : [];
      return [...own, ...(targets.has('variable') ? declaredIn(rule, file) : [])];
    }),
  ];
}
