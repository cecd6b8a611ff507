/** Effect of a condition on its node. */
import type { ConditionSeverity, KnownCondition, WatchedNode } from '../model/condition.ts';

/** Minimum age of a condition before VMs move because of it. Unit: ms. */
export const SETTLED_MS: Readonly<Record<ConditionSeverity, number>> = {
  severe: 60_000,
  moderate: 600_000,
};

/** The kinds of trouble that a storage may have for all nodes that use it. */
const STORAGE_KINDS: readonly string[] = ['storage_errors', 'disk_full'];

/**
 * The conditions of a node for which another node would be better: a storage that reports errors to
 * several nodes fails for all of them alike.
 */
export function ownConditions(
  node: WatchedNode,
  nodes: readonly WatchedNode[],
): readonly KnownCondition[] {
  return node.conditions.filter(
    ({ kind, subject }) =>
      !STORAGE_KINDS.includes(kind) ||
      !nodes.some(
        ({ name, conditions }) =>
          name !== node.name &&
          conditions.some((other) => other.kind === kind && other.subject === subject),
      ),
  );
}

/** Whether VMs leave because of it now. */
export function isPressing({ severity, firstSeenMs, clearedMs }: KnownCondition, nowMs: number) {
  return clearedMs === null && nowMs - firstSeenMs >= SETTLED_MS[severity];
}

/** The worst first: what is seen, what is severe, what began first. */
export function compareConditions(left: KnownCondition, right: KnownCondition): number {
  return (
    Number(left.clearedMs !== null) - Number(right.clearedMs !== null) ||
    Number(left.severity !== 'severe') - Number(right.severity !== 'severe') ||
    left.firstSeenMs - right.firstSeenMs ||
    (`${left.kind} ${left.subject}` < `${right.kind} ${right.subject}` ? -1 : 1)
  );
}
