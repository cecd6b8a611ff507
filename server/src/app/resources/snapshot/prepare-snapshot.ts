/** Plans changes of an existing snapshot: its name, its restore and its deletion. */

import { canonicalJson } from '@novacron/contract/json';
import { SNAPSHOT_FIELDS, SnapshotSpec } from '@novacron/contract/kinds/snapshot/snapshot';
import { VolumeSpec } from '@novacron/contract/kinds/volume/volume';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change } from '../../../ports/store.ts';
import type { SnapshotRow, VmRow, VolumeRow } from '../../../ports/tables/tables.ts';
import { chargeOfSnapshot, refundTenant } from '../../access/quota/tenant-quota.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import type { OperationStepDefinition } from '../../kernel/definitions/operation-definition.ts';
import { reserveOnly } from '../../kernel/operations/saga.ts';
import { findToChange } from '../../kernel/resource-rows/find-resource.ts';
import {
  changedColumns,
  changeIdle,
  mergeFields,
  requireSame,
} from '../../kernel/resource-rows/new-row.ts';
import type { PreparedWrite } from '../../kernel/write/prepared-write.ts';
import { desiredAs, desiredOf, observedOf } from '../../rows/answer-resource.ts';
import { changedFields } from '../../rows/changed-fields.ts';
import { dropContentKey } from '../../rows/content-keys.ts';
import { isOff } from '../../rows/observed-machine.ts';
import {
  busy,
  fieldsToReplace,
  nameTaken,
  replacementNeeded,
  replan,
} from '../../rows/resource-problems.ts';
import type { Prepare, WriteScope } from '../scope.ts';
import { DELETE_MS_MAX } from '../vm/delete/prepare-vm-delete.ts';
import { capabilitiesOf } from '../vm/machine/configure-steps.ts';
import {
  agentOfSnapshot,
  checkContent,
  checkFilling,
  holdVmOf,
  releaseSnapshot,
  requireNoFilling,
  snapshotStatusOf,
} from '../volume/snapshot-changes.ts';
import { encryptionOf, takeFromPool, unlockVolume } from '../volume/volume-changes.ts';
import { contentPool, nodeOfVm, poolOnNode, reaches } from '../volume/volume-pool.ts';

/** Plans another name or description. */
export const prepareSnapshotUpdate: Prepare<ParsedInputOf<'snapshot.update'>> = async (
  input,
  scope,
) => {
  const current = await findToChange('snapshot', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const before = desiredOf(row);
  const after = SnapshotSpec.parse(mergeFields(before, input, SNAPSHOT_FIELDS));
  const wanted = after;
  const changes = changedFields(before, wanted);
  const problems: Problem[] = [];
  const replaced = fieldsToReplace(SNAPSHOT_FIELDS, changes);
  if (replaced.length > 0) problems.push(replacementNeeded('snapshot', row.name, replaced));
  const [holder] = await scope.deps.store.read({
    from: 'snapshots',
    where: { tenant_id: row.tenant_id, name: after.name, id: { not: row.id } },
  });
  if (holder !== undefined) problems.push(nameTaken('snapshot', after.name, holder.id));
  if (problems.length > 0) return err(problems);
  const isSame = Object.keys(changes).length === 0;
  const columns = changedColumns(row, scope, { name: after.name, desired: wanted, busy: 'no' });
  return ok({
    resourceKind: 'snapshot',
    target: { id: row.id, name: after.name },
    before,
    wanted,
    placement: null,
    saga: reserveOnly([
      isSame ? requireSame('snapshot', row) : changeIdle('snapshot', row, columns),
    ]),
  });
};

/** Plans the deletion of a snapshot. */
export const prepareSnapshotDelete: Prepare<ParsedInputOf<'snapshot.delete'>> = async (
  input,
  scope,
) => {
  const current = await findToChange('snapshot', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const filling = await findFilling(row, scope);
  if (filling !== undefined) return err([filling]);
  const [keeper] = await scope.deps.store.read({ from: 'nodes', where: { name: row.node } });
  const agent = agentOfSnapshot(row, row.generation + 1);
  const remove: OperationStepDefinition = {
    name: 'delete',
    after: [],
    action: { ...agent, action: { kind: 'delete-snapshot' } },
    undo: null,
    noReturn: 'yes',
    patience: { kind: 'time', durationMs: DELETE_MS_MAX },
  };
  return ok({
    resourceKind: 'snapshot',
    target: { id: row.id, name: row.name },
    before: desiredOf(row),
    wanted: null,
    placement: null,
    saga: {
      reserve: [command(row, 'deleting', scope), requireNoFilling(row)],
      // Its node was deleted, and its content with it.
      steps: keeper === undefined ? [] : [remove],
      finalize: [
        { kind: 'drop', from: 'snapshots', id: row.id },
        { kind: 'drop', from: 'baselines', id: row.id },
        dropContentKey(row.id),
        takeFromPool(row.pool, -row.size_gb),
        ...refundTenant(row.tenant_id, chargeOfSnapshot(row)),
      ],
      rollback: [releaseSnapshot(row, snapshotStatusOf(row))],
      release: [releaseSnapshot(row, 'failed')],
    },
  });
};

/**
 * Plans the restore of a snapshot to its volume. It cannot be undone: the current content is lost
 * unless the user takes a snapshot first.
 */
export const prepareSnapshotRestore: Prepare<ParsedInputOf<'snapshot.restore'>> = async (
  input,
  scope,
) => {
  const current = await findToChange('snapshot', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const content = checkContent(row);
  if (content !== undefined) return err([content]);
  const filling = await findFilling(row, scope);
  if (filling !== undefined) return err([filling]);
  const place = await findPlace(row, scope);
  if (!place.ok) return err([place.error]);
  return ok(planRestore(row, place.value, scope));
};

interface Place {
  readonly volume: VolumeRow;
  /** The VM that uses the volume. */
  readonly vm: VmRow | undefined;
  /** Storage that has the content afterwards; null where it is not known. */
  readonly pool: string | null;
}

/** The restored volume; problems: its current user. */
async function findPlace(row: SnapshotRow, scope: WriteScope): Promise<Result<Place, Problem>> {
  const { store } = scope.deps;
  const rows = await store.snapshot({
    volumes: { from: 'volumes', where: { id: row.volume_id } },
    nodes: { from: 'nodes' },
  });
  const [volume] = rows.volumes;
  if (volume === undefined) return err(volumeGone(row));
  if (volume.busy_operation_id !== null) return err(busy('volume', volume));
  const [vm] =
    volume.attached_to === null
      ? []
      : await store.read({ from: 'vms', where: { id: volume.attached_to } });
  const keeper = rows.nodes.find(({ name }) => name === row.node);
  const home = nodeOfVm(vm, rows.nodes);
  const content = contentPool(volume, home);
  const { type } = desiredAs(volume, VolumeSpec);
  const pools = { content, target: poolOnNode(keeper, { type, content }) };
  if (!reaches(pools)) return err(movedAway(row, volume, vm));
  const pool = content ?? pools.target;
  if (vm === undefined) return ok({ volume, vm, pool });
  if (vm.busy_operation_id !== null) return err(busy('vm', vm));
  const isAble = home !== undefined && capabilitiesOf(home).liveRestore === 'yes';
  return isOff(vm) || isAble ? ok({ volume, vm, pool: content }) : err(inUse(volume, vm));
}

function planRestore(
  row: SnapshotRow,
  { volume, vm, pool }: Place,
  scope: WriteScope,
): PreparedWrite {
  const desired = desiredOf(row);
  const spec = desiredAs(volume, VolumeSpec);
  const letGo = [releaseSnapshot(row, 'ready'), unlockVolume(volume)];
  return {
    resourceKind: 'snapshot',
    target: { id: row.id, name: row.name },
    before: desired,
    wanted: desired,
    placement: null,
    saga: {
      reserve: [
        command(row, 'restoring', scope),
        requireNoFilling(row),
        changeIdle('volume', volume, { busy_operation_id: scope.operationId }),
        ...holdVmOf(vm),
        // The history of the volume says where its content comes from.
        auditChange(scope.deps, scope.context, {
          operation: 'snapshot.restore',
          outcome: 'done',
          resourceKind: 'volume',
          target: { id: volume.id, name: volume.name },
          changes: { content: { was: null, is: row.name } },
          atMs: scope.nowMs,
        }),
      ],
      steps: [
        {
          name: 'restore',
          after: [],
          action: {
            ...agentOfSnapshot(row, row.generation + 1),
            ...(vm === undefined ? {} : { holdsVmId: vm.id }),
            action: {
              kind: 'restore-snapshot',
              volume_id: volume.id,
              storage_class: spec.type,
              ...encryptionOf(spec),
            },
          },
          undo: null,
          noReturn: 'yes',
        },
      ],
      finalize: [...letGo, keepPool(volume, pool)],
      rollback: letGo,
      release: letGo,
    },
  };
}

function keepPool({ id, name }: VolumeRow, pool_id: string | null): Change {
  const otherwise = replan(`The volume ${name}`);
  return { kind: 'update', table: 'volumes', id, set: { pool_id }, otherwise };
}

/** Locks a snapshot while its node receives a command about it. */
function command(row: SnapshotRow, status: 'deleting' | 'restoring', scope: WriteScope) {
  return changeIdle('snapshot', row, {
    generation: row.generation + 1,
    busy_operation_id: scope.operationId,
    observed_json: canonicalJson({ ...observedOf(row), status }),
  });
}

async function findFilling(row: SnapshotRow, scope: WriteScope): Promise<Problem | undefined> {
  const made = await scope.deps.store.read({
    from: 'volumes',
    where: { source_snapshot_id: row.id },
  });
  return checkFilling(made);
}

/** The node of the snapshot does not have the volume, whose VM has taken it along. */
function movedAway(row: SnapshotRow, volume: VolumeRow, vm: VmRow | undefined): Problem {
  const { name } = volume;
  return problem('in-use', {
    detail:
      `The snapshot ${row.name} is on ${row.node}, and the volume ${name} is now in a storage ` +
      `that ${row.node} does not use.`,
    remedy:
      vm === undefined
        ? `Make a volume of it: novacron storage create --source-snapshot-id ${row.id}`
        : `Move its VM back first: novacron vm migrate ${vm.id} --node ${row.node}`,
  });
}

function inUse(volume: VolumeRow, vm: VmRow): Problem {
  const { node, status } = observedOf(vm);
  return problem('in-use', {
    detail:
      `The volume ${volume.name} is attached to ${vm.name}, which is ${status}, and the ` +
      `hypervisor of ${node} cannot restore a volume of a VM that may be running.`,
    remedy:
      `Stop the VM (novacron vm stop ${vm.id}) or detach the volume, ` +
      'and send the request again.',
    data: { vm_id: vm.id },
  });
}

function volumeGone(row: SnapshotRow): Problem {
  return problem('reference-unknown', {
    detail: `The volume ${row.volume_id} of the snapshot ${row.name} does not exist.`,
    remedy: 'Create a volume from the snapshot instead (source_snapshot_id).',
  });
}
