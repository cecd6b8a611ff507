/** Plans which conditions of nodes have begun and ended. See README.md. */
import type { Env } from '../../env.ts';
import type { ConditionChange, KnownCondition, ObservedNode } from './model/condition.ts';
import { compareConditions } from './rules/weigh-conditions.ts';

/**
 * A node is avoided for this long after its last condition has ended: one that comes and goes moves
 * no VM back and forth. Unit: ms.
 */
export const HELD_MS = 3_600_000;

/** Plans a round: the nodes whose conditions are others now. */
export function planConditions(
  nodes: readonly ObservedNode[],
  { nowMs }: Pick<Env, 'nowMs'>,
): readonly ConditionChange[] {
  return nodes.flatMap((node) => planNode(node, nowMs));
}

function planNode({ name, announced, known }: ObservedNode, nowMs: number) {
  const earlier = new Map(known.map((each) => [keyOf(each), each]));
  const seen = (announced?.conditions ?? []).map(({ sinceMs, ...condition }): KnownCondition => {
    const before = earlier.get(keyOf(condition));
    if (before !== undefined && isSame(before, condition)) return before;
    // The clock of the host may be ahead.
    const firstSeenMs = before?.firstSeenMs ?? Math.min(sinceMs, nowMs);
    return { ...condition, firstSeenMs, lastSeenMs: nowMs, clearedMs: null };
  });
  const present = new Set(seen.map(keyOf));
  const gone = known
    .filter((each) => !present.has(keyOf(each)))
    .map((each): KnownCondition => {
      // Nothing is known of a host that is not heard, or that its agent has not looked at.
      if (each.clearedMs !== null || announced?.extent !== 'whole') return each;
      return { ...each, lastSeenMs: nowMs, clearedMs: nowMs };
    })
    .filter(({ clearedMs }) => clearedMs === null || nowMs - clearedMs < HELD_MS);
  const conditions = [...seen, ...gone].sort(compareConditions);
  const wasSeen = (each: KnownCondition) => earlier.get(keyOf(each))?.clearedMs === null;
  const change: ConditionChange = {
    node: name,
    conditions,
    began: seen.filter((each) => !wasSeen(each)),
    ended: gone.filter((each) => each.clearedMs !== null && wasSeen(each)),
  };
  const isUnchanged =
    conditions.length === known.length &&
    conditions.every((each) => earlier.get(keyOf(each)) === each);
  return isUnchanged ? [] : [change];
}

function keyOf({ kind, subject }: Pick<KnownCondition, 'kind' | 'subject'>): string {
  return `${kind} ${subject}`;
}

function isSame(
  before: KnownCondition,
  { severity, evidence }: Pick<KnownCondition, 'severity' | 'evidence'>,
): boolean {
  return before.clearedMs === null && before.severity === severity && before.evidence === evidence;
}
