// Variables that a reference binds and that are used for nothing.

import { isWildcard } from '../../syntax/ast.ts';
import { replaceToken, tokenAt } from '../source/edits.ts';
import type { Declared, LintRule } from '../source/model.ts';
import { isGlobal, variablesIn } from '../source/names.ts';
import type { Visit } from '../source/walk-rule.ts';

/** The rule `unused-output-variable` of Regal. */
export const unusedOutputVariable: LintRule = {
  name: 'unused-output-variable',
  category: 'bugs',
  level: 'error',
  check: (file) => {
    return file.module.rules.flatMap((rule) => {
      const own = file.visitsOf.get(rule) ?? [];
      const counts = countVariables(own);
      const args = new Set((rule.args ?? []).flatMap(variablesIn).map(({ name }) => name));
      return outputsOf(own).flatMap(({ name, at }) => {
        if (isGlobal(name, file) || args.has(name) || counts.get(name) !== 1) return [];
        const message = `${name} is bound here and used for nothing; write _ instead.`;
        const token = tokenAt(file, at);
        const edits = token?.text === name ? [replaceToken(token, '_')] : [];
        return [{ at, message, edits }];
      });
    });
  },
};

function countVariables(visits: readonly Visit[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const { node } of visits) {
    if (node.kind === 'var') add(node.name);
    if (node.kind === 'every') {
      add(node.value.name);
      if (node.key) add(node.key.name);
    }
  }
  return counts;
}

/** Variables inside the brackets of references in bodies. */
function outputsOf(visits: readonly Visit[]): readonly Declared[] {
  return visits.flatMap(({ node, scope }) =>
    node.kind === 'ref' && scope !== 'head'
      ? node.path.flatMap((part) => (part.kind === 'var' && !isWildcard(part.name) ? [part] : []))
      : [],
  );
}
