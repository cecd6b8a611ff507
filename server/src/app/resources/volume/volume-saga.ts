/** The changes that sagas of volumes have in common: space, the VMs concerned, status. */
import { canonicalJson } from '@novacron/contract/json';
import type { VolumeSpec } from '@novacron/contract/kinds/volume/volume';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { VmRow, VolumeRow } from '../../../ports/tables/tables.ts';
import { chargeTenant, refundTenant } from '../../access/quota/tenant-quota.ts';
import type { OperationStepDefinition } from '../../kernel/definitions/operation-definition.ts';
import { bumpAttachmentVersion } from '../../kernel/operations/volume-lock.ts';
import { requireUnchangedVms } from '../../kernel/resource-rows/reacquire-lock.ts';
import { replan } from '../../rows/resource-problems.ts';
import type { VolumeContext } from './observe-volume.ts';
import { requireIdleVm, takeFromPool } from './volume-changes.ts';
import { refuseEncryption } from './volume-encryption.ts';
import { checkReach } from './volume-pool.ts';

/** The fields that have a column of their own. */
export function columnsOf(
  { attached_to, source_snapshot_id }: VolumeSpec,
  steps: Steps,
  { pools }: VolumeContext,
) {
  return {
    attached_to,
    source_snapshot_id,
    pool_id: attaches(steps) ? pools.target : pools.content,
  };
}

/** The steps of a change. */
export type Steps = readonly OperationStepDefinition[];

/** Whether one of the steps attaches the volume. */
function attaches(steps: Steps): boolean {
  return steps.some(({ name }) => name === 'attach');
}

/** Refuses steps on a node that cannot open the content; undefined where it can. */
export function checkAttachment(spec: VolumeSpec, steps: Steps, found: VolumeContext) {
  const { pools } = found;
  const unreached = attaches(steps) ? checkReach(spec.name, pools, 'attached_to') : undefined;
  return unreached ?? (steps.length > 0 ? refuseEncryption(spec, pools) : undefined);
}

/** The pool space and the quota of a volume. */
export function takeSpace(
  { tenant_id }: Pick<VolumeRow, 'tenant_id'>,
  spec: VolumeSpec,
): ChangeSet {
  const charge = { volumes: 1, volume_gb: spec.size_gb };
  return [takeFromPool(spec.type, spec.size_gb), ...chargeTenant(tenant_id, charge)];
}

/** Returns the space and the quota of a volume. */
export function freeSpace(
  { tenant_id }: Pick<VolumeRow, 'tenant_id'>,
  spec: VolumeSpec,
): ChangeSet {
  const charge = { volumes: 1, volume_gb: spec.size_gb };
  return [takeFromPool(spec.type, -spec.size_gb), ...refundTenant(tenant_id, charge)];
}

/** The VMs must stay on their nodes until the steps are admitted. */
export function touchVms(vms: readonly (VmRow | undefined)[]): ChangeSet {
  const ids = new Set(vms.flatMap((vm) => (vm === undefined ? [] : [vm.id])));
  return [...ids].flatMap((id) => [requireIdleVm(id), bumpAttachmentVersion(id)]);
}

/** The same for an operation that is retried. */
export function touchUnchangedVms(vms: readonly (VmRow | undefined)[]): ChangeSet {
  return [...requireUnchangedVms(vms), ...touchVms(vms)];
}

/** Its attachment is unknown: it can be attached again, or deleted. */
export function markVolumeFailed(id: string, name: string): Change {
  return {
    kind: 'update',
    table: 'volumes',
    id,
    set: { busy_operation_id: null, observed_json: canonicalJson({ status: 'failed' }) },
    otherwise: replan(`The volume ${name}`),
  };
}

/** The end of an operation: the volume has the status that its attachment gives it. */
export function settled(id: string, spec: VolumeSpec): ChangeSet {
  const status = spec.attached_to === null ? 'available' : 'attached';
  return [
    {
      kind: 'update',
      table: 'volumes',
      id,
      set: { busy_operation_id: null, observed_json: canonicalJson({ status }) },
      otherwise: replan('The volume'),
    },
  ];
}
