/** Locks resources again whose operation got stuck, so that it can be retried. */
import type { Change, ChangeSet, Where } from '../../../ports/store.ts';
import type { SnapshotRow, VmRow, VolumeRow } from '../../../ports/tables/tables.ts';
import { changedSince } from '../../rows/resource-problems.ts';
import type { WriteScope } from '../admission/prepared-write.ts';

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Guard: the VM is unchanged since it was released, and has no operation in progress. */
export function holdVmAgain(vm: Named, set: Partial<VmRow>, expect: Where<'vms'>): Change {
  return {
    kind: 'update',
    table: 'vms',
    id: vm.id,
    set,
    expect: { ...expect, busy_operation_id: null },
    otherwise: changedSince('vm', vm.name),
  };
}

/** The same for a VM whose desired state was not changed, but which received a command. */
export function holdCommandedVmAgain(row: VmRow, { operationId }: WriteScope): Change {
  return holdVmAgain(
    row,
    { busy_operation_id: operationId, observed_json: row.observed_json },
    { revision: row.revision, generation: row.generation + 1 },
  );
}

/** Guard: the volume is unchanged since it was released, and has no operation in progress. */
export function holdVolumeAgain(
  volume: Named,
  set: Partial<VolumeRow>,
  expect: Where<'volumes'>,
): Change {
  return {
    kind: 'update',
    table: 'volumes',
    id: volume.id,
    set,
    expect: { ...expect, busy_operation_id: null },
    otherwise: changedSince('volume', volume.name),
  };
}

/** Guard: the snapshot is unchanged since it was released, and has no operation in progress. */
export function holdSnapshotAgain(
  snapshot: Named,
  set: Partial<SnapshotRow>,
  expect: Where<'snapshots'>,
): Change {
  return {
    kind: 'update',
    table: 'snapshots',
    id: snapshot.id,
    set,
    expect: { ...expect, busy_operation_id: null },
    otherwise: changedSince('snapshot', snapshot.name),
  };
}

/** Guard: agents refuse commands of an earlier generation of these VMs. */
export function requireUnchangedVms(vms: readonly (VmRow | undefined)[]): ChangeSet {
  return vms.flatMap((vm) =>
    vm === undefined
      ? []
      : [holdVmAgain(vm, { busy_operation_id: null }, { generation: vm.generation })],
  );
}
