/** Plans which machines may be removed from a node because nothing needs them. See README.md. */
import type { CleanupInput, CleanupPlan, Removal } from './model/healing.ts';
import { classifyMachine } from './rules/classify-machine.ts';

/**
 * Removals per round: a wrong record must not empty a node before an operator notices. Copies of
 * VMs that run elsewhere by now do not count: none of them may run for another round.
 */
export const REMOVALS_PER_ROUND_MAX = 16;

/** Plans the cleanup of one node, copies first; otherwise the order is that of the machines. */
export function planCleanup(input: CleanupInput): CleanupPlan {
  const { node, machines, vms } = input;
  const judged = machines.map((machine) => {
    const vm = vms.get(machine.vm_id);
    return { machine, vm, verdict: classifyMachine(machine, node, vm) };
  });
  const removals = judged.flatMap(({ machine, vm, verdict }): Removal[] => {
    if (verdict.kind !== 'removed') return [];
    const { vm_id: vmId, status: was, spec } = machine;
    const generation = Math.max(machine.generation, vm?.generation ?? 0);
    const { why } = verdict;
    const isAbandoned = why !== 'left-behind' && vm?.recreatedFrom.includes(node) === true;
    const isNewer = why === 'superseded' && vm?.restoredFrom?.includes(node) === true;
    const disk = isNewer ? 'keep-newer' : isAbandoned ? 'delete' : 'keep';
    return [{ vmId, name: spec.name, was, generation, why, disk }];
  });
  const doubts = judged.flatMap(({ machine, verdict }) =>
    verdict.kind === 'doubted'
      ? [{ vmId: machine.vm_id, name: machine.spec.name, why: verdict.why }]
      : [],
  );
  const urgent = removals.filter(({ why }) => why === 'superseded');
  const others = removals.filter(({ why }) => why !== 'superseded');
  return {
    node,
    removals: [...urgent, ...others.slice(0, REMOVALS_PER_ROUND_MAX)],
    doubts,
    postponed: Math.max(0, others.length - REMOVALS_PER_ROUND_MAX),
  };
}
