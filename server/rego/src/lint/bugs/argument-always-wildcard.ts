// Functions whose argument no definition uses.

import type { Rule } from '../../syntax/ast.ts';
import type { LintRule, Remark } from '../source/model.ts';
import { isWildcardVar, pathOfRule } from '../source/names.ts';
import { matchesPattern } from '../source/options.ts';

/** The rule `argument-always-wildcard` of Regal. */
export const argumentAlwaysWildcard: LintRule = {
  name: 'argument-always-wildcard',
  category: 'bugs',
  level: 'error',
  check: ({ module }, { options }) => {
    const { 'except-function-name-pattern': except } = options;
    const groups = new Map<string, Rule[]>();
    for (const rule of module.rules.filter(({ args }) => args !== undefined)) {
      const name = pathOfRule(rule);
      if (isExcepted(name, except)) continue;
      groups.set(name, [...(groups.get(name) ?? []), rule]);
    }
    return [...groups].flatMap(([name, rules]) => unusedArguments(name, rules));
  },
};

function isExcepted(name: string, pattern: unknown): boolean {
  return matchesPattern(typeof pattern === 'string' ? pattern : '^mock_', name);
}

function unusedArguments(name: string, rules: readonly Rule[]): readonly Remark[] {
  const args = rules[0]?.args ?? [];
  return args.flatMap(({ at }, index) => {
    const isUsed = rules.some((rule) => !isWildcardVar(rule.args?.[index]));
    const message = `No definition of ${name} uses argument ${index + 1}; remove the argument.`;
    return isUsed ? [] : [{ at, message }];
  });
}
