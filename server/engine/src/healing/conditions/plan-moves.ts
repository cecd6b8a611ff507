/** Plans which VMs leave nodes that are about to fail. See README.md. */
import type { Env } from '../../env.ts';
import type { ConditionMove, KnownCondition, MoveInput, MovePlan } from './model/condition.ts';
import { compareConditions, isPressing, ownConditions } from './rules/weigh-conditions.ts';

/** Plans a round. */
export function planMoves(
  { nodes, vms, underWay, movesMax }: MoveInput,
  { nowMs }: Pick<Env, 'nowMs'>,
): MovePlan {
  const own = new Map(nodes.map((node) => [node.name, ownConditions(node, nodes)]));
  const worst = new Map<string, KnownCondition>();
  for (const [name, conditions] of own) {
    const [first] = conditions.filter((each) => isPressing(each, nowMs)).sort(compareConditions);
    if (first !== undefined) worst.set(name, first);
  }
  const avoid = nodes.map(({ name }) => name).filter((name) => (own.get(name) ?? []).length > 0);
  const due = vms
    .flatMap((vm): readonly ConditionMove[] => {
      const condition = worst.get(vm.node);
      const isDue = condition !== undefined && (vm.notBeforeMs ?? 0) <= nowMs;
      return isDue ? [{ vm, condition }] : [];
    })
    .sort(compareMoves);
  const isSound = nodes.some(({ name, usable }) => usable === 'yes' && !avoid.includes(name));
  if (!isSound) {
    return { begin: [], avoid, postponed: 0, blocked: due.length === 0 ? null : 'no-sound-node' };
  }
  const begin = due.slice(0, Math.max(0, movesMax - underWay));
  return { begin, avoid, postponed: due.length - begin.length, blocked: null };
}

/** The worst condition first; there the VM that matters most, then the one that moves fastest. */
function compareMoves(left: ConditionMove, right: ConditionMove): number {
  const { vm: one } = left;
  const { vm: other } = right;
  return (
    (one.node === other.node ? 0 : compareConditions(left.condition, right.condition)) ||
    other.priority - one.priority ||
    one.memoryMib - other.memoryMib ||
    (one.id < other.id ? -1 : 1)
  );
}
