// Where a text means something else at level 2 of the language than at level 1.

import type { Module } from '../syntax/ast.ts';
import type { FoundProblems } from './resolve-rules.ts';
import { makeRuleChanges, type RuleChange } from './rule-changes.ts';

/** A negation that holds at level 1 and not at level 2 where one of its parts is undefined. */
export type LevelChange = {
  readonly file: string;
  readonly row: number;
  readonly column: number;
  /** The parts that may be undefined, as they are written; long ones in short. */
  readonly parts: readonly string[];
  /** Changes of rules from level 1 to level 2, by their full names. */
  readonly rules: Readonly<Record<string, RuleChange>>;
};

/** Says of each negation what depends on it. */
export function findLevelChanges(
  modules: readonly Module[],
  negations: FoundProblems['negations'],
): readonly LevelChange[] {
  const byPlace = new Map(
    negations.map((each) => [`${each.file}:${each.at.row}:${each.at.column}`, each] as const),
  );
  if (byPlace.size === 0) return [];
  const findRuleChanges = makeRuleChanges(modules);
  const changes = [...byPlace.values()].map(
    ({ file, at, parts }): LevelChange => ({
      file,
      ...at,
      parts,
      rules: Object.fromEntries(findRuleChanges({ file, at })),
    }),
  );
  return changes.sort((a, b) => {
    if (a.file !== b.file) return a.file < b.file ? -1 : 1;
    return a.row - b.row || a.column - b.column;
  });
}
