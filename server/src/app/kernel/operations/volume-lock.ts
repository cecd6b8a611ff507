/**
 * Excludes operations on a VM while its volumes are attached or detached. Several volumes of one VM
 * may change concurrently; meanwhile the VM may not be reconfigured, moved or deleted, because its
 * agent would refuse the rest of their steps as stale.
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Change } from '../../../ports/store.ts';
import type { Tables, VmRow } from '../../../ports/tables/tables.ts';
import { replan } from '../../rows/resource-problems.ts';
import { decodeDefinition, isDamaged } from '../definitions/operation-definition.ts';

/** Operations of volumes and their snapshots that have not ended. */
export const VOLUME_WORK = {
  from: 'operations',
  where: { status: { in: ['running', 'undoing'] }, target_kind: { in: ['volume', 'snapshot'] } },
  damaged: 'blank',
} as const;

/** Names the version that rises with every operation on the VM's volumes. */
export function attachmentVersionId(vmId: string): string {
  return `vm-attachments/${vmId}`;
}

/** Refuses to change a VM while a volume is attached or detached; undefined when none is. */
export function checkVolumeWork(
  vm: VmRow,
  work: readonly Tables['operations'][],
): Problem | undefined {
  const found = work.find((operation) =>
    isDamaged(operation)
      ? // Any VM of its tenant may be the one that it works on.
        operation.tenant_id === vm.tenant_id
      : decodeDefinition(operation).steps.some(
          ({ action }) =>
            action.kind === 'agent' && (action.vmId === vm.id || action.holdsVmId === vm.id),
        ),
  );
  if (found === undefined) return undefined;
  return problem('conflict', {
    detail: `The VM ${vm.name} is in use by ${found.id}: ${found.kind} of ${found.target_name}.`,
    remedy: `Wait for it (novacron operation wait ${found.id}) and send the request again.`,
    data: { operation_id: found.id },
  });
}

/**
 * Guard of an operation on a VM: no operation on its volumes was admitted since the version was
 * read.
 */
export function requireNoNewVolumeWork(
  vm: VmRow,
  rules: readonly Tables['rule_versions'][],
): Change {
  const otherwise = replan(`The VM ${vm.name}`);
  return {
    kind: 'move-rule',
    rule: attachmentVersionId(vm.id),
    from: rules[0]?.version ?? 0,
    otherwise,
  };
}

/** Raises the version, so that concurrent operations on the VM are refused. */
export function bumpAttachmentVersion(vmId: string): Change {
  return {
    kind: 'add',
    table: 'rule_versions',
    id: attachmentVersionId(vmId),
    by: [{ column: 'version', amount: 1 }],
    otherwise: replan(`The VM ${vmId}`),
  };
}
