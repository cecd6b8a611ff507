/** Changes and checks that volumes and VMs share. */
import type { MachineVolume } from '@novacron/contract/agent/machine';
import { canonicalJson } from '@novacron/contract/json';
import { VolumeSpec } from '@novacron/contract/kinds/volume/volume';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { Tables, VolumeRow } from '../../../ports/tables/tables.ts';
import { desiredAs, desiredOf } from '../../rows/answer-resource.ts';
import { replan } from '../../rows/resource-problems.ts';
import { contentPool } from './volume-pool.ts';

/** The disk of a volume, as agents address it. */
export function toMachineVolume(row: VolumeRow): MachineVolume {
  const spec = desiredAs(row, VolumeSpec);
  return {
    volume_id: row.id,
    size_gb: spec.size_gb,
    storage_class: spec.type,
    ...encryptionOf(spec),
  };
}

/** What commands say of a volume that is encrypted; nothing of another one. */
export function encryptionOf({ encrypted }: Pick<VolumeSpec, 'encrypted'>) {
  return encrypted ? ({ encrypted: 'yes' } as const) : {};
}

/**
 * The changes of a volume whose VM was deleted.
 * @param home - the node of the VM; undefined where it may be one of several
 */
export function detachedVolume(row: VolumeRow, home: NodeRow | undefined): ChangeSet {
  return [
    {
      kind: 'update',
      table: 'volumes',
      id: row.id,
      set: {
        attached_to: null,
        pool_id: contentPool(row, home),
        desired_json: canonicalJson({ ...desiredOf(row), attached_to: null }),
        observed_json: canonicalJson({ status: 'available' }),
        busy_operation_id: null,
        revision: row.revision + 1,
      },
      otherwise: replan(`The volume ${row.name}`),
    },
  ];
}

/**
 * The change that has the content of a volume removed; none where it has no content that is known.
 * @param pool - storage that has it
 */
export function planContentRemoval(
  { id, tenant_id, name, generation }: Omit<VolumeRow, 'pool_id'>,
  pool: string | null,
): ChangeSet {
  if (pool === null) return [];
  const row = { id, tenant_id, name, generation, pool_id: pool, due_ms: 0 };
  return [{ kind: 'put', into: 'volume_removals', row }];
}

/** Unlocks a volume whose operation was rolled back. */
export function unlockVolume(row: VolumeRow): Change {
  return {
    kind: 'update',
    table: 'volumes',
    id: row.id,
    set: { busy_operation_id: null },
    otherwise: replan(`The volume ${row.name}`),
  };
}

/** The guarded change that reserves space in a pool, or releases it when negative. */
export function takeFromPool(type: string, sizeGb: number): Change {
  return {
    kind: 'add',
    table: 'storage_pools',
    id: type,
    by: [{ column: 'size_gb_used', amount: sizeGb, limit: 'size_gb' }],
    otherwise: replan(`The pool ${type}`),
  };
}

/** Refuses a size that the pool has no room for; undefined when it fits. */
export function checkPool(
  pool: Tables['storage_pools'] | undefined,
  type: string,
  sizeGb: number,
): Problem | undefined {
  if (pool === undefined) {
    return problem('no-capacity', {
      detail: `The fleet has no storage pool of type ${type}.`,
      remedy: 'Choose another type, or add a pool of this type to the fleet.',
      fields: [{ path: ['type'], message: 'is not the type of a storage pool' }],
    });
  }
  if (sizeGb <= pool.size_gb - pool.size_gb_used) return undefined;
  // Without figures: all tenants share the pool, and what is free says how much others use.
  return problem('no-capacity', {
    detail: `${sizeGb} GB of ${type} are requested; the storage pool has less free.`,
    remedy:
      'Request less, choose another type, or delete unused volumes. The metrics of the server ' +
      'show its operators the size of each pool.',
    fields: [{ path: ['size_gb'], message: `is more than the pool of ${type} has free` }],
  });
}

/** Guard: the VM exists and has no operation in progress. */
export function requireIdleVm(vmId: string): Change {
  return {
    kind: 'update',
    table: 'vms',
    id: vmId,
    set: { busy_operation_id: null },
    expect: { busy_operation_id: null },
    otherwise: replan(`The VM ${vmId}`),
  };
}
