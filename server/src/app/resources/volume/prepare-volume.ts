/** Plans changes of volumes and their deletion: space in the pool, attachment, content. */

import { canonicalJson } from '@novacron/contract/json';
import { VOLUME_FIELDS, VolumeSpec } from '@novacron/contract/kinds/volume/volume';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { err, ok } from '@novacron/contract/result';
import type { ChangeSet } from '../../../ports/store.ts';
import type { VolumeRow } from '../../../ports/tables/tables.ts';
import { chargeTenant, refundTenant } from '../../access/quota/tenant-quota.ts';
import { concatSagas, reserveOnly, type Saga } from '../../kernel/operations/saga.ts';
import { findToChange, findToDelete } from '../../kernel/resource-rows/find-resource.ts';
import {
  changedColumns,
  changeIdle,
  mergeFields,
  requireSame,
  revertedColumns,
} from '../../kernel/resource-rows/new-row.ts';
import { planRenaming } from '../../kernel/resource-rows/plan-renaming.ts';
import { reacquireLock } from '../../kernel/resource-rows/reacquire-lock.ts';
import type { PreparedWrite } from '../../kernel/write/prepared-write.ts';
import { desiredAs, desiredOf, observedOf } from '../../rows/answer-resource.ts';
import { changedFields } from '../../rows/changed-fields.ts';
import { dropContentKey } from '../../rows/content-keys.ts';
import { observedVolumeOf } from '../../rows/observed/observed-resource.ts';
import { busy, replan } from '../../rows/resource-problems.ts';
import type { Check, Prepare, WriteScope } from '../scope.ts';
import { observeVolume } from './observe-volume.ts';
import { hasSnapshots, requireNoSnapshots } from './snapshot-changes.ts';
import { planContentRemoval, takeFromPool } from './volume-changes.ts';
import {
  checkAttachment,
  columnsOf,
  freeSpace,
  markVolumeFailed,
  type Steps,
  settled,
  touchUnchangedVms,
  touchVms,
} from './volume-saga.ts';
import { detachSteps, updateSteps, type VolumeChange } from './volume-steps.ts';

/** Plans a change of a volume: its name, a larger size, or its attachment. */
export const prepareVolumeUpdate: Check<ParsedInputOf<'volume.update'>> = async (input, scope) => {
  const current = await findToChange('volume', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const seen = observedVolumeOf(row);
  const [asked, leaves] = input.attached_to === undefined ? [{}, seen] : [seen, {}];
  const before = VolumeSpec.parse({ ...desiredOf(row), ...asked });
  const after = VolumeSpec.parse(mergeFields(desiredOf(row), input, VOLUME_FIELDS));
  const found = await observeVolume(row, after, scope);
  if (found.problems.length > 0) return err(found.problems);
  return ok({
    ...updateFields(row, { before, after }),
    place: async () => {
      if (found.shortage !== undefined) return err([found.shortage]);
      const steps = updateSteps(row, { before, after, found });
      const unreached = checkAttachment(after, steps, found);
      if (unreached !== undefined) return err([unreached]);
      return ok({ ...planUpdate(row, { before, after, found, steps }, scope), leaves });
    },
  });
};

function updateFields(
  { id }: VolumeRow,
  { before, after }: Pick<VolumeChange, 'before' | 'after'>,
) {
  const target = { id, name: after.name };
  // The change replaces the observed fields.
  return { resourceKind: 'volume', target, before, wanted: after } as const;
}

/** Plans the deletion of a volume and of its data. */
export const prepareVolumeDelete: Prepare<ParsedInputOf<'volume.delete'>> = async (
  input,
  scope,
) => {
  const current = await findToDelete('volume', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const spec = desiredAs(row, VolumeSpec);
  const found = await observeVolume(row, { ...spec, attached_to: null }, scope);
  const vm = found.vmBefore;
  if (vm !== undefined && vm.busy_operation_id !== null) return err([busy('vm', vm)]);
  const snapshots = await scope.deps.store.read({
    from: 'snapshots',
    where: { volume_id: row.id },
  });
  if (snapshots.length > 0) return err([hasSnapshots(row, snapshots)]);
  const steps = detachSteps(row.id, spec, found);
  const gone: ChangeSet = [
    ...planContentRemoval(row, found.pools.content),
    { kind: 'drop', from: 'volumes', id: row.id },
    { kind: 'drop', from: 'baselines', id: row.id },
    dropContentKey(row.id),
    ...freeSpace(row, spec),
  ];
  const observed = observedOf(row);
  const deleting = {
    busy_operation_id: steps.length > 0 ? scope.operationId : null,
    observed_json: canonicalJson({ ...observed, status: 'deleting' }),
  };
  return ok({
    resourceKind: 'volume',
    target: { id: row.id, name: row.name },
    before: desiredOf(row),
    wanted: null,
    placement: null,
    saga: {
      reserve: [changeIdle('volume', row, deleting), requireNoSnapshots(row), ...touchVms([vm])],
      steps,
      finalize: gone,
      rollback: [
        {
          kind: 'update',
          table: 'volumes',
          id: row.id,
          set: { busy_operation_id: null, observed_json: canonicalJson(observed) },
          otherwise: replan(`The volume ${row.name}`),
        },
      ],
      release: [markVolumeFailed(row.id, row.name)],
      reacquire: [
        reacquireLock('volume', row, deleting, { revision: row.revision }),
        ...touchUnchangedVms([vm]),
      ],
    },
  });
};

function planUpdate(
  row: VolumeRow,
  change: VolumeChange & { readonly steps: Steps },
  scope: WriteScope,
): PreparedWrite {
  const { before, after, found, steps } = change;
  const wanted = after;
  const base = { ...updateFields(row, change), placement: null };
  const isFound = before.attached_to !== row.attached_to;
  if (!isFound && Object.keys(changedFields(base.before, wanted)).length === 0) {
    return { ...base, saga: reserveOnly([requireSame('volume', row)]) };
  }
  const busyNow = steps.length > 0 ? 'yes' : 'no';
  const changed = {
    ...changedColumns(row, scope, { name: after.name, desired: wanted, busy: busyNow }),
    ...columnsOf(after, steps, found),
  };
  const growthGb = after.size_gb - before.size_gb;
  return {
    ...base,
    saga: concatSagas(
      {
        reserve: [changeIdle('volume', row, changed)],
        steps,
        // Where nothing was attached, nothing new is known: a volume that got stuck stays `failed`.
        finalize: isFound || steps.length > 0 ? settled(row.id, after) : [],
        rollback: revertVolume(row, { pool_id: row.pool_id }),
        release: [...revertVolume(row), markVolumeFailed(row.id, row.name)],
        reacquire: [
          reacquireLock(
            'volume',
            row,
            { ...changed, observed_json: row.observed_json },
            { revision: row.revision + 2 },
          ),
        ],
      },
      planRenaming('volume', row, after.name),
      planGrowth(row, after.type, growthGb),
      {
        reserve: steps.length > 0 ? touchVms([found.vm, found.vmBefore]) : [],
        reacquire: touchUnchangedVms([found.vm, found.vmBefore]),
      },
    ),
  };
}

/** @param more - what is reverted only where nothing of the change is left on a node */
function revertVolume(row: VolumeRow, more: Partial<VolumeRow> = {}): ChangeSet {
  return [
    {
      kind: 'update',
      table: 'volumes',
      id: row.id,
      set: {
        ...revertedColumns(row),
        attached_to: row.attached_to,
        source_snapshot_id: row.source_snapshot_id,
        ...more,
      },
      otherwise: replan(`The volume ${row.name}`),
    },
  ];
}

/** Reserves what a volume grows by. */
function planGrowth(row: VolumeRow, type: string, growthGb: number): Partial<Saga> {
  if (growthGb <= 0) return {};
  const charge = { volume_gb: growthGb };
  const reserve = [takeFromPool(type, growthGb), ...chargeTenant(row.tenant_id, charge)];
  const refund = [takeFromPool(type, -growthGb), ...refundTenant(row.tenant_id, charge)];
  return { reserve, rollback: refund, release: refund, reacquire: reserve };
}
