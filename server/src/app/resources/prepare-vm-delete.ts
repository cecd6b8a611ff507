import type { VmId } from '@novacron/contract/ids';
import type { ParsedInputOf } from '@novacron/contract/operations';
import { err, ok } from '@novacron/contract/result';
import { VmSpec } from '@novacron/contract/vm';
import type { ChangeSet } from '../../ports/store.ts';
import type { Tables, VmRow, VolumeRow } from '../../ports/tables.ts';
import { type Prepare, replan } from '../write.ts';
import { desiredOf, observedOf } from './answer-resource.ts';
import { findToChange } from './find-resource.ts';
import { connect } from './prepare-vm-create.ts';
import { busy } from './resource-problems.ts';
import { negate, takeFromNode } from './vm-amounts.ts';
import { detachedVolume } from './volume-changes.ts';

/** Plans the end of a VM: it is stopped and deleted, its volumes are detached and kept. */
export const prepareVmDelete: Prepare<ParsedInputOf<'vm.delete'>> = async (input, scope) => {
  const current = await findToChange('vm', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const rows = await scope.deps.store.snapshot({
    volumes: { from: 'volumes', where: { attached_to: row.id } },
    allocations: { from: 'allocations', where: { vm_id: row.id } },
    nodes: { from: 'nodes' },
  });
  const busyVolume = rows.volumes.find((volume) => volume.busy_operation_id !== null);
  if (busyVolume !== undefined) return err([busy('volume', busyVolume)]);
  const allocation = rows.allocations[0];
  const node = rows.nodes.find((candidate) => candidate.id === allocation?.node_id);
  const spec = VmSpec.parse(desiredOf(row));
  const observed = observedOf(row);
  const otherwise = replan(`The VM ${row.name}`);
  return ok({
    resourceKind: 'vm',
    target: { id: row.id, name: row.name },
    before: desiredOf(row),
    wanted: null,
    placement: null,
    changes: [
      {
        kind: 'update',
        table: 'vms',
        id: row.id,
        set: {
          generation: row.generation + 1,
          busy_operation_id: scope.operationId,
          observed_json: JSON.stringify({ ...observed, status: 'deleting' }),
        },
        expect: { revision: row.revision, busy_operation_id: null },
        otherwise,
      },
      noBusyVolume(row, otherwise),
    ],
    steps: node === undefined ? [] : deleteSteps(row, node),
    onSuccess: [
      ...rows.volumes.flatMap((volume: VolumeRow) => detachedVolume(volume)),
      { kind: 'drop', from: 'vms', id: row.id },
      { kind: 'drop', from: 'baselines', id: row.id },
      ...connect(spec.network_id, -1),
      ...release(allocation, node),
    ],
    onFailure: [
      {
        kind: 'update',
        table: 'vms',
        id: row.id,
        set: {
          busy_operation_id: null,
          observed_json: JSON.stringify({ ...observed, status: 'unknown' }),
        },
        otherwise,
      },
    ],
  });
};

/** No volume of the VM may be in the middle of something. */
export function noBusyVolume(row: VmRow, otherwise: ReturnType<typeof replan>) {
  return {
    kind: 'require-none',
    of: 'volumes',
    where: { attached_to: row.id, busy_operation_id: { not: null } },
    otherwise,
  } as const;
}

/** Gives an allocation back to its node. */
export function release(
  allocation: Tables['allocations'] | undefined,
  node: Tables['nodes'] | undefined,
): ChangeSet {
  if (allocation === undefined || node === undefined) return [];
  const amounts = {
    cpuCores: allocation.cpu_cores,
    memoryMib: allocation.memory_mib,
    diskGb: allocation.disk_gb,
  };
  return [
    { kind: 'drop', from: 'allocations', id: allocation.id },
    takeFromNode(node.id, negate(amounts), -1, replan(`Node ${node.name}`)),
  ];
}

function deleteSteps(row: VmRow, node: Tables['nodes']) {
  const vmId = row.id as VmId;
  const agent = { kind: 'agent', node: node.name, vmId, generation: row.generation + 1 } as const;
  return [
    { name: 'stop', after: [], action: { ...agent, action: { kind: 'stop' } }, undo: null },
    {
      name: 'delete',
      after: ['stop'],
      action: { ...agent, action: { kind: 'delete' } },
      undo: null,
    },
  ] as const;
}
