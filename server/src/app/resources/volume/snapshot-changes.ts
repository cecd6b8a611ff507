/** Changes and checks that snapshots and volumes share. */
import { listNames } from '@novacron/contract/formats/list-names';
import { canonicalJson } from '@novacron/contract/json';
import type { SnapshotStatus } from '@novacron/contract/kinds/snapshot/snapshot';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { SnapshotRow, VmRow, VolumeRow } from '../../../ports/tables/tables.ts';
import { bumpAttachmentVersion } from '../../kernel/operations/volume-lock.ts';
import { observedOf } from '../../rows/answer-resource.ts';
import { busy, replan } from '../../rows/resource-problems.ts';
import { requireIdleVm } from './volume-changes.ts';

/** Maximum number of names in a problem; more are no help. */
const NAMES_MAX = 10;

/** Unlocks a snapshot whose operation has ended, and sets its status. */
export function releaseSnapshot(row: SnapshotRow, status: SnapshotStatus): Change {
  return {
    kind: 'update',
    table: 'snapshots',
    id: row.id,
    set: {
      observed_json: canonicalJson({ ...observedOf(row), status }),
      busy_operation_id: null,
    },
    otherwise: replan(`The snapshot ${row.name}`),
  };
}

/** The recorded status of a snapshot. */
export function snapshotStatusOf(row: SnapshotRow): SnapshotStatus {
  // Only values of the schema are ever written there.
  return observedOf(row).status as SnapshotStatus;
}

/** A command about a snapshot to the node that stores it. */
export function agentOfSnapshot(row: SnapshotRow, generation: number) {
  return { kind: 'agent', node: row.node, vmId: row.id, generation } as const;
}

/** Refuses a restore from a snapshot that is not ready or not allowed; undefined where it is. */
export function checkContent(row: SnapshotRow): Problem | undefined {
  const status = snapshotStatusOf(row);
  if (row.busy_operation_id !== null) return busy('snapshot', row);
  if (status === 'ready') return undefined;
  const why =
    status === 'lost'
      ? `${row.node} no longer has it`
      : `an operation on it got stuck, and its content on ${row.node} is unknown`;
  return problem('in-use', {
    detail: `Nothing can be restored from the snapshot ${row.name}: ${why}.`,
    remedy:
      `Use another snapshot. Delete this one (novacron snapshot delete ${row.id}), or ask an ` +
      'operator to check the node.',
  });
}

/** Volumes that are being created from a snapshot lock it; undefined where there are none. */
export function checkFilling(volumes: readonly VolumeRow[]): Problem | undefined {
  const filling = volumes.find(({ busy_operation_id }) => busy_operation_id !== null);
  return filling === undefined ? undefined : busy('volume', filling);
}

/** Guard: no volume is being created from the snapshot. */
export function requireNoFilling(row: SnapshotRow): Change {
  return {
    kind: 'require-none',
    of: 'volumes',
    where: { source_snapshot_id: row.id, busy_operation_id: { not: null } },
    otherwise: replan(`The snapshot ${row.name}`),
  };
}

/** Guard: the VM that a volume is attached to does not change during the volume's operation. */
export function holdVmOf(vm: VmRow | undefined): ChangeSet {
  return vm === undefined ? [] : [requireIdleVm(vm.id), bumpAttachmentVersion(vm.id)];
}

/** A volume that cannot be deleted because of its snapshots. */
export function hasSnapshots(volume: VolumeRow, snapshots: readonly SnapshotRow[]): Problem {
  const names = snapshots.map(({ name }) => name).sort();
  const count = names.length === 1 ? 'it has a snapshot' : `it has ${names.length} snapshots`;
  return problem('in-use', {
    detail:
      `The volume ${volume.name} cannot be deleted: ${count}: ` + `${listNames(names, NAMES_MAX)}.`,
    remedy: 'Delete the snapshots first (novacron snapshot delete NAME), or keep the volume.',
    data: { snapshots: names },
  });
}

/** Guard: the volume has no snapshots. */
export function requireNoSnapshots(volume: VolumeRow): Change {
  return {
    kind: 'require-none',
    of: 'snapshots',
    where: { volume_id: volume.id },
    otherwise: replan(`The volume ${volume.name}`),
  };
}
