// Arguments of functions of which only one part is used.

import type { Rule, Term } from '../../syntax/ast.ts';
import type { LintRule, Remark, SourceFile } from '../source/model.ts';
import { pathOfRule } from '../source/names.ts';
import { listOption } from '../source/options.ts';

/** The rule `narrow-argument` of Regal. */
export const narrowArgument: LintRule = {
  name: 'narrow-argument',
  category: 'custom',
  level: 'ignore',
  check: (file, { options }) => {
    const excluded = listOption(options['exclude-args']);
    const groups = new Map<string, Rule[]>();
    for (const rule of file.module.rules.filter(({ args }) => args !== undefined)) {
      const name = pathOfRule(rule);
      groups.set(name, [...(groups.get(name) ?? []), rule]);
    }
    return [...groups.values()].flatMap((rules) => findNarrow(rules, file, excluded));
  },
};

function findNarrow(
  rules: readonly Rule[],
  file: SourceFile,
  excluded: readonly string[],
): readonly Remark[] {
  return (rules[0]?.args ?? []).flatMap((arg, index): readonly Remark[] => {
    if (arg.kind !== 'var' || excluded.includes(arg.name)) return [];
    const uses = rules.flatMap((rule) => usesOf(rule, index, file));
    const [first, ...others] = uses;
    if (first === undefined) return [];
    const prefix = others.reduce(commonPrefix, first);
    if (prefix.length === 0) return [];
    const used = [arg.name, ...prefix].join('.');
    const message = `Of ${arg.name} only ${used} is used; pass that as the argument.`;
    return [{ at: arg.at, message }];
  });
}

/** The parts below an argument that a definition reads; an empty path: all of it. */
function usesOf(rule: Rule, index: number, file: SourceFile): readonly (readonly string[])[] {
  const arg = rule.args?.[index];
  if (arg?.kind !== 'var') return [[]];
  const visits = file.visitsOf.get(rule) ?? [];
  return visits.flatMap(({ node, parent }) => {
    if (node.kind !== 'var' || node.name !== arg.name || node === arg) return [];
    return [parent?.kind === 'ref' && parent.head === node ? fixedParts(parent.path) : []];
  });
}

/** The parts before the first one that varies. */
function fixedParts(path: readonly Term[]): readonly string[] {
  const parts: string[] = [];
  for (const part of path) {
    if (part.kind !== 'scalar' || typeof part.value !== 'string') return parts;
    parts.push(part.value);
  }
  return parts;
}

function commonPrefix(one: readonly string[], other: readonly string[]): readonly string[] {
  const end = one.findIndex((part, index) => part !== other[index]);
  return end < 0 ? one : one.slice(0, end);
}
