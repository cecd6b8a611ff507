/** Plans a new snapshot: space in the pool of its volume, and the step that takes it. */

import type { SnapshotId } from '@novacron/contract/ids';
import { SNAPSHOT_FIELDS, SnapshotSpec } from '@novacron/contract/kinds/snapshot/snapshot';
import { VolumeSpec } from '@novacron/contract/kinds/volume/volume';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import { fillDefaults } from '@novacron/contract/schema/field';
import type { SnapshotRow, Tables, VmRow, VolumeRow } from '../../../ports/tables/tables.ts';
import {
  chargeOfSnapshot,
  chargeTenant,
  checkQuota,
  refundTenant,
} from '../../access/quota/tenant-quota.ts';
import { deleteKey } from '../../kernel/idempotency/idempotency.ts';
import { changeIdle, newResourceRow } from '../../kernel/resource-rows/new-row.ts';
import { reacquireLock, requireUnchangedVms } from '../../kernel/resource-rows/reacquire-lock.ts';
import type { WriteFields } from '../../kernel/write/checked-write.ts';
import type { PreparedWrite } from '../../kernel/write/prepared-write.ts';
import { desiredAs, observedOf } from '../../rows/answer-resource.ts';
import { dropContentKey, makeContentKey } from '../../rows/content-keys.ts';
import { busy, nameTaken, referenceUnknown, replan } from '../../rows/resource-problems.ts';
import type { Check, WriteScope } from '../scope.ts';
import { agentOfSnapshot, holdVmOf, releaseSnapshot } from '../volume/snapshot-changes.ts';
import {
  checkPool,
  takeFromPool,
  toMachineVolume,
  unlockVolume,
} from '../volume/volume-changes.ts';
import { contentFor, contentPool, nodeOfVm, poolOnNode } from '../volume/volume-pool.ts';
import { chooseSnapshotNode } from './choose-snapshot-node.ts';

type Input = ParsedInputOf<'snapshot.create'>;

interface Found {
  readonly volume: VolumeRow;
  /** The VM that uses the volume. */
  readonly vm: VmRow | undefined;
  readonly pool: Tables['storage_pools'] | undefined;
  readonly nodes: readonly Tables['nodes'][];
}

/** Plans a new snapshot. */
export const prepareSnapshotCreate: Check<Input> = async (input, scope) => {
  const spec = SnapshotSpec.parse(fillDefaults(SNAPSHOT_FIELDS, input));
  const { tenantId } = scope.context.principal;
  const rows = await scope.deps.store.snapshot({
    holders: { from: 'snapshots', where: { tenant_id: tenantId, name: spec.name } },
    volumes: { from: 'volumes', where: { tenant_id: tenantId, id: spec.volume_id } },
    pools: { from: 'storage_pools' },
    nodes: { from: 'nodes' },
    quotas: { from: 'tenant_quotas', where: { id: tenantId } },
  });
  const problems: Problem[] = [];
  const [holder] = rows.holders;
  const [volume] = rows.volumes;
  if (holder !== undefined) problems.push(nameTaken('snapshot', spec.name, holder.id));
  if (volume === undefined) {
    return err([...problems, referenceUnknown('volume_id', 'volume', spec.volume_id)]);
  }
  const vms =
    volume.attached_to === null
      ? []
      : await scope.deps.store.read({ from: 'vms', where: { id: volume.attached_to } });
  const pool = rows.pools.find(({ id }) => id === desiredAs(volume, VolumeSpec).type);
  const found: Found = { volume, vm: vms[0], pool, nodes: rows.nodes };
  problems.push(...check(found));
  const charge = chargeOfSnapshot(desiredAs(volume, VolumeSpec));
  const quota = checkQuota(rows.quotas[0], charge);
  if (quota !== undefined) problems.push(atVolume(quota));
  if (problems.length > 0) return err(problems);
  const target = { id: scope.deps.ids.next('snap'), name: spec.name };
  const fields = { resourceKind: 'snapshot', target, before: null, wanted: spec } as const;
  const place = async () => {
    const shortage = checkSpace(found);
    const keeper = chooseSnapshotNode(found, scope);
    if (keeper.ok && shortage.length === 0) {
      return ok(planChanges(input, { fields, spec, found, node: keeper.value }, scope));
    }
    return err([...shortage, ...(keeper.ok ? [] : [keeper.error])]);
  };
  return ok({ ...fields, place });
};

function check({ volume, vm }: Found): Problem[] {
  if (volume.busy_operation_id !== null) return [busy('volume', volume)];
  if (observedOf(volume).status === 'failed') return [uncertain(volume)];
  return vm !== undefined && vm.busy_operation_id !== null ? [busy('vm', vm)] : [];
}

function checkSpace({ volume, pool }: Found): readonly Problem[] {
  const { size_gb, type } = desiredAs(volume, VolumeSpec);
  const short = checkPool(pool, type, size_gb);
  return short === undefined ? [] : [atVolume(short)];
}

/** The request has no size of its own: the volume is too large. */
function atVolume(short: Problem): Problem {
  const fields = short.fields.map(({ message }) => ({ path: ['volume_id'], message }));
  return { ...short, fields };
}

function uncertain(volume: VolumeRow): Problem {
  return problem('in-use', {
    detail: `The attachment of the volume ${volume.name} is unknown.`,
    remedy: 'Attach or detach it first; then take the snapshot.',
    fields: [{ path: ['volume_id'], message: 'is a volume that an operation got stuck on' }],
  });
}

function planChanges(
  input: Input,
  plan: {
    readonly fields: WriteFields & { readonly target: { readonly id: SnapshotId } };
    readonly spec: SnapshotSpec;
    readonly found: Found;
    readonly node: string;
  },
  scope: WriteScope,
): PreparedWrite {
  const { spec, node, found } = plan;
  const { volume, vm } = found;
  const { size_gb, type, encrypted } = desiredAs(volume, VolumeSpec);
  const content = contentPool(volume, nodeOfVm(vm, found.nodes));
  const keeper = found.nodes.find(({ name }) => name === node);
  const ofKeeper = poolOnNode(keeper, { type, content });
  const taken = { ...toMachineVolume(volume), ...contentFor(content, ofKeeper) };
  const { id } = plan.fields.target;
  const desired = spec;
  const observed = { status: 'creating', size_gb, node };
  const common = newResourceRow(scope, { id, name: spec.name, desired, observed, busy: 'yes' });
  const row: SnapshotRow = { ...common, volume_id: volume.id, node, pool: type, size_gb };
  const freeKey = deleteKey(input.idempotency_key, scope.context.principal.tenantId);
  const { busy_operation_id, observed_json, revision, generation } = row;
  return {
    ...plan.fields,
    placement: null,
    saga: {
      reserve: [
        { kind: 'insert', into: 'snapshots', row, otherwise: replan(`The name ${spec.name}`) },
        ...makeContentKey({ id, tenant_id: row.tenant_id, encrypted }, scope.deps),
        takeFromPool(type, size_gb),
        ...chargeTenant(row.tenant_id, chargeOfSnapshot(row)),
        changeIdle('volume', volume, { busy_operation_id }),
        ...holdVmOf(vm),
      ],
      steps: [
        {
          name: 'take',
          after: [],
          action: {
            ...agentOfSnapshot(row, generation),
            ...(vm === undefined ? {} : { holdsVmId: vm.id }),
            action: { kind: 'take-snapshot', volume: taken },
          },
          undo: { ...agentOfSnapshot(row, generation), action: { kind: 'delete-snapshot' } },
        },
      ],
      finalize: [releaseSnapshot(row, 'ready'), unlockVolume(volume)],
      rollback: [
        { kind: 'drop', from: 'snapshots', id },
        dropContentKey(id),
        takeFromPool(type, -size_gb),
        ...refundTenant(row.tenant_id, chargeOfSnapshot(row)),
        unlockVolume(volume),
        ...freeKey,
      ],
      // The node may have it: its space stays reserved until it is deleted.
      release: [releaseSnapshot(row, 'failed'), unlockVolume(volume), ...freeKey],
      reacquire: [
        reacquireLock(
          'snapshot',
          row,
          { busy_operation_id, observed_json },
          { revision, generation },
        ),
        reacquireLock('volume', volume, { busy_operation_id }, { revision: volume.revision }),
        ...requireUnchangedVms([vm]),
        ...holdVmOf(vm),
      ],
    },
  };
}
