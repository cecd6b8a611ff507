// Calls of walk whose paths are not used.

import type { LintRule, SourceFile } from '../source/model.ts';
import { callsOf, isWildcardVar, nameOfCall } from '../source/names.ts';

/** The rule `walk-no-path` of Regal. */
export const walkNoPath: LintRule = {
  name: 'walk-no-path',
  category: 'performance',
  level: 'error',
  check: (file) =>
    walks(file).flatMap(({ pattern, at, call }) => {
      const [path] = pattern?.kind === 'array' ? pattern.items : [];
      if (path?.kind !== 'var' || isWildcardVar(path)) return [];
      const own = file.visitsOf.get(call.rule) ?? [];
      const uses = own.filter(({ node }) => node.kind === 'var' && node.name === path.name);
      if (uses.length > 1) return [];
      return [{ at, message: `The paths are not used; write _ instead of ${path.name}.` }];
    }),
};

/** Calls of walk with what they bind. */
function walks(file: SourceFile) {
  return callsOf(file).flatMap((visit) => {
    const { call, parent } = visit;
    if (nameOfCall(call) !== 'walk') return [];
    const isBound = parent?.kind === 'assign' || parent?.kind === 'unify';
    const pattern = call.args[1] ?? (isBound ? parent.left : undefined);
    return [{ pattern, at: call.at, call: visit }];
  });
}
