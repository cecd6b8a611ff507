/** The smallest set of rules that together leave no node. */

import type { RejectedNode, RejectionReason } from '../model/rule.ts';
import { describeRule } from './describe-rules.ts';

/** Rules whose joint effect is that every node is rejected. */
export interface Conflict {
  readonly reasons: readonly RejectionReason[];
  readonly words: readonly string[];
}

/** A larger set would not help a reader to act. */
const RULES_MAX = 4;

/** Reasons that the counts of rejections explain well enough. */
const SELF_EVIDENT: readonly RejectionReason[] = [
  'status',
  'pinned-elsewhere',
  'excluded',
  'zone',
  'cpu',
  'memory',
  'disk',
];

/**
 * Finds a smallest set of rules such that each node is rejected by at least one of them. Without
 * any one of the set, some node would remain.
 * @returns an empty set where more than four rules would be needed, or where there are no nodes
 * @remarks A smallest hitting set of the nodes' reasons; there are few distinct ones, however large
 * the fleet is.
 */
export function findConflict(rejected: readonly RejectedNode[]): Conflict {
  const reasonOf = new Map<string, RejectionReason>();
  const sets = new Map<string, ReadonlySet<string>>();
  for (const { rejections } of rejected) {
    const rules = new Set<string>();
    for (const rejection of rejections) {
      const rule = describeRule(rejection);
      reasonOf.set(rule, rejection.reason);
      rules.add(rule);
    }
    sets.set([...rules].sort().join('\n'), rules);
  }
  // In one order, so that the order of the nodes changes nothing.
  const all = [...sets].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, set]) => set);
  for (let size = 1; size <= RULES_MAX && all.length > 0; size += 1) {
    const words = hitAll(all, [], size);
    if (words === undefined) continue;
    return {
      words: [...words].sort(),
      reasons: words.map((rule) => reasonOf.get(rule) ?? 'status'),
    };
  }
  return { words: [], reasons: [] };
}

/** Whether a conflict is worth a sentence: it names a rule that the counts alone do not explain. */
export function isNamed({ reasons }: Conflict): boolean {
  return reasons.some((reason) => !SELF_EVIDENT.includes(reason));
}

/** Counts rejected nodes per reason; a node with two reasons counts under both. */
export function countReasons(rejected: readonly RejectedNode[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { rejections } of rejected) {
    for (const reason of new Set(rejections.map((each) => each.reason))) {
      counts[reason] = (counts[reason] ?? 0) + 1;
    }
  }
  return counts;
}

/** Branches on the rules of a set that is not hit yet: one of them must be included. */
function hitAll(
  sets: readonly ReadonlySet<string>[],
  chosen: readonly string[],
  left: number,
): readonly string[] | undefined {
  const missed = sets.find((rules) => !chosen.some((rule) => rules.has(rule)));
  if (missed === undefined) return chosen;
  if (left === 0) return undefined;
  for (const rule of missed) {
    const found = hitAll(sets, [...chosen, rule], left - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
