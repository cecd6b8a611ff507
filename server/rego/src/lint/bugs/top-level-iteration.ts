// Values of rules that loop, so that the rule has several values.

import type { Rule } from '../../syntax/ast.ts';
import type { LintRule, SourceFile } from '../source/model.ts';
import { isGlobal, variablesIn } from '../source/names.ts';

/** The rule `top-level-iteration` of Regal. */
export const topLevelIteration: LintRule = {
  name: 'top-level-iteration',
  category: 'bugs',
  level: 'error',
  check: (file) =>
    file.module.rules.flatMap((rule) => {
      const value = rule.branches[0]?.value;
      if (rule.shape !== 'value' || value?.kind !== 'ref') return [];
      if (rule.path.some(({ kind }) => kind !== 'scalar')) return [];
      const known = new Set(namesIn(rule, file));
      const loops = value.path.some(
        (part) => part.kind === 'var' && !known.has(part.name) && !isGlobal(part.name, file),
      );
      const message = 'This value is one of many; move the loop into the body of a set rule.';
      return loops ? [{ at: rule.at, message }] : [];
    }),
};

/** Names that arguments and the body have. */
function namesIn(rule: Rule, file: SourceFile): readonly string[] {
  const inBody = (file.visitsOf.get(rule) ?? []).flatMap((visit) => {
    if (visit.scope === 'head') return [];
    if (visit.node.kind === 'var') return [visit.node.name];
    return visit.node.kind === 'some' ? visit.node.names.map(({ name }) => name) : [];
  });
  const inArgs = (rule.args ?? []).flatMap(variablesIn).map(({ name }) => name);
  return [...inArgs, ...inBody];
}
