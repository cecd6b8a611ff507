/**
 * Keeps operations on a VM apart from those of volumes that are plugged into it or out of it.
 * Volumes of one VM may be worked on side by side; nobody may reconfigure, move or delete the VM
 * meanwhile, because its agent would refuse the rest of their steps as stale.
 */
import { type Problem, problem } from '@novacron/contract/problem';
import type { Change } from '../../../ports/store.ts';
import type { Tables, VmRow } from '../../../ports/tables.ts';
import { replan } from '../../rows/replan.ts';
import { decodeDefinition } from './operation-definition.ts';

/** Operations of volumes and their snapshots that have not ended. */
export const VOLUME_WORK = {
  from: 'operations',
  where: { status: { in: ['running', 'undoing'] }, target_kind: { in: ['volume', 'snapshot'] } },
} as const;

/** Names the rule whose version rises with every piece of work on the VM's volumes. */
export function attachmentRule(vmId: string): string {
  return `vm-attachments/${vmId}`;
}

/** Refuses to touch a VM while a volume is being plugged in or out; undefined when none is. */
export function checkVolumeWork(
  vm: VmRow,
  work: readonly Tables['operations'][],
): Problem | undefined {
  const found = work.find((operation) =>
    decodeDefinition(operation).steps.some(
      ({ action }) =>
        action.kind === 'agent' && (action.vmId === vm.id || action.holdsVmId === vm.id),
    ),
  );
  if (found === undefined) return undefined;
  return problem('conflict', {
    detail: `The VM ${vm.name} is in use by ${found.id}: ${found.kind} of ${found.target_name}.`,
    remedy: `Wait for it (novacron operation wait ${found.id}) and ask again.`,
    data: { operation_id: found.id },
  });
}

/** Guard of work on a VM: no work on its volumes has been admitted since the rule was read. */
export function requireNoNewVolumeWork(
  vm: VmRow,
  rules: readonly Tables['rule_versions'][],
): Change {
  const otherwise = replan(`The VM ${vm.name}`);
  return {
    kind: 'move-rule',
    rule: attachmentRule(vm.id),
    from: rules[0]?.version ?? 0,
    otherwise,
  };
}

/** Tells later work on the VM that a volume is being worked on. */
export function announceVolumeWork(vmId: string): Change {
  return {
    kind: 'add',
    table: 'rule_versions',
    id: attachmentRule(vmId),
    by: [{ column: 'version', amount: 1 }],
    otherwise: replan(`The VM ${vmId}`),
  };
}
