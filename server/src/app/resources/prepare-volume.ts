/** Plans volumes: space in the pool of their class, and the steps that plug them into VMs. */

import { fillDefaults } from '@novacron/contract/field';
import type { VmId, VolumeId } from '@novacron/contract/ids';
import { canonicalJson, type JsonObject } from '@novacron/contract/json';
import type { ParsedInputOf } from '@novacron/contract/operations';
import type { Problem } from '@novacron/contract/problem';
import { err, ok } from '@novacron/contract/result';
import { VOLUME_FIELDS, VolumeSpec } from '@novacron/contract/volume';
import type { ChangeSet } from '../../ports/store.ts';
import type { VmRow, VolumeRow } from '../../ports/tables.ts';
import type { OperationStepDefinition } from '../operations/operation-definition.ts';
import {
  changedFields,
  type Prepare,
  type PreparedWrite,
  replan,
  type WriteScope,
} from '../write.ts';
import { desiredOf, observedOf } from './answer-resource.ts';
import { findToChange } from './find-resource.ts';
import { changedColumns, mergeFields, newResourceRow, revertedColumns } from './new-row.ts';
import { forgetKey } from './prepare-vm-create.ts';
import {
  busy,
  fieldsToReplace,
  nameTaken,
  referenceUnknown,
  replacementNeeded,
} from './resource-problems.ts';
import { checkPool, requireIdleVm, takeFromPool } from './volume-changes.ts';

interface Found {
  readonly problems: readonly Problem[];
  /** The VM that the volume shall be attached to. */
  readonly vm: VmRow | undefined;
  /** The VM that it is attached to now. */
  readonly vmBefore: VmRow | undefined;
}

/** Plans a new volume. */
export const prepareVolumeCreate: Prepare<ParsedInputOf<'volume.create'>> = async (
  input,
  scope,
) => {
  const spec = VolumeSpec.parse(fillDefaults(VOLUME_FIELDS, input));
  const found = await observe(undefined, spec, scope);
  if (found.problems.length > 0) return err(found.problems);
  const id = scope.deps.ids.next('vol');
  // Parsed by VolumeSpec: JSON values only.
  const desired = spec as JsonObject;
  const steps = attachSteps(id, spec, found.vm, []);
  const isBusy = steps.length > 0 ? 'yes' : 'no';
  const status = steps.length > 0 ? 'creating' : 'available';
  const row = newResourceRow(scope, {
    id,
    name: spec.name,
    desired,
    observed: { status },
    busy: isBusy,
  });
  return ok({
    resourceKind: 'volume',
    target: { id, name: spec.name },
    before: null,
    wanted: desired,
    placement: null,
    changes: [
      {
        kind: 'insert',
        into: 'volumes',
        row: { ...row, attached_to: spec.attached_to },
        otherwise: replan(`The name ${spec.name}`),
      },
      takeFromPool(spec.type, spec.size_gb),
      ...touchVms([found.vm]),
    ],
    steps,
    onSuccess: steps.length === 0 ? [] : settled(id, spec),
    onFailure: [
      { kind: 'drop', from: 'volumes', id },
      takeFromPool(spec.type, -spec.size_gb),
      ...forgetKey(input.idempotency_key, scope.context.principal.tenantId),
    ],
  });
};

/** Plans a change of a volume: its name, a larger size, or where it is attached. */
export const prepareVolumeUpdate: Prepare<ParsedInputOf<'volume.update'>> = async (
  input,
  scope,
) => {
  const current = await findToChange('volume', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const before = VolumeSpec.parse(desiredOf(row));
  const after = VolumeSpec.parse(mergeFields(desiredOf(row), input, VOLUME_FIELDS));
  const found = await observe(row, after, scope);
  if (found.problems.length > 0) return err(found.problems);
  return ok(planUpdate(row, { before, after, found }, scope));
};

/** Plans the end of a volume and of its data. */
export const prepareVolumeDelete: Prepare<ParsedInputOf<'volume.delete'>> = async (
  input,
  scope,
) => {
  const current = await findToChange('volume', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const spec = VolumeSpec.parse(desiredOf(row));
  const found = await observe(row, { ...spec, attached_to: null }, scope);
  const vm = found.vmBefore;
  if (vm !== undefined && vm.busy_operation_id !== null) return err([busy('vm', vm)]);
  const steps = detachSteps(row.id as VolumeId, spec, vm);
  const gone: ChangeSet = [
    { kind: 'drop', from: 'volumes', id: row.id },
    { kind: 'drop', from: 'baselines', id: row.id },
    takeFromPool(spec.type, -spec.size_gb),
  ];
  const observed = observedOf(row);
  return ok({
    resourceKind: 'volume',
    target: { id: row.id, name: row.name },
    before: desiredOf(row),
    wanted: null,
    placement: null,
    changes: [
      {
        kind: 'update',
        table: 'volumes',
        id: row.id,
        set: {
          busy_operation_id: steps.length > 0 ? scope.operationId : null,
          observed_json: canonicalJson({ ...observed, status: 'deleting' }),
        },
        expect: { revision: row.revision, busy_operation_id: null },
        otherwise: replan(`The volume ${row.name}`),
      },
      ...touchVms([vm]),
    ],
    steps,
    onSuccess: gone,
    onFailure: [
      {
        kind: 'update',
        table: 'volumes',
        id: row.id,
        set: { busy_operation_id: null, observed_json: canonicalJson(observed) },
        otherwise: replan(`The volume ${row.name}`),
      },
    ],
  });
};

/** Reads what the plan needs and checks it; `row` is undefined for a new volume. */
async function observe(
  row: VolumeRow | undefined,
  spec: VolumeSpec,
  scope: WriteScope,
): Promise<Found> {
  const { tenantId } = scope.context.principal;
  const rows = await scope.deps.store.snapshot({
    holders: {
      from: 'volumes',
      where: { tenant_id: tenantId, name: spec.name, id: { not: row?.id ?? '' } },
    },
    vms: {
      from: 'vms',
      where: { tenant_id: tenantId, id: { in: [spec.attached_to ?? '', row?.attached_to ?? ''] } },
    },
    pools: { from: 'storage_pools', where: { id: spec.type } },
  });
  const problems: Problem[] = [];
  const holder = rows.holders[0];
  if (holder !== undefined) problems.push(nameTaken('volume', spec.name, holder.id));
  const vm = rows.vms.find((candidate) => candidate.id === spec.attached_to);
  const vmBefore = rows.vms.find((candidate) => candidate.id === row?.attached_to);
  if (spec.attached_to !== null && vm === undefined) {
    problems.push(referenceUnknown('attached_to', 'vm', spec.attached_to));
  }
  for (const involved of new Set([vm, vmBefore])) {
    const isInvolved = row === undefined || involvesVms(row, spec);
    if (isInvolved && involved !== undefined && involved.busy_operation_id !== null) {
      problems.push(busy('vm', involved));
    }
  }
  const before = row === undefined ? undefined : VolumeSpec.parse(desiredOf(row));
  const growthGb = spec.size_gb - (before?.size_gb ?? 0);
  const short = growthGb > 0 ? checkPool(rows.pools[0], spec.type, growthGb) : undefined;
  if (short !== undefined) problems.push(short);
  if (before !== undefined) problems.push(...checkReplaced(before, spec));
  return { problems, vm, vmBefore };
}

function checkReplaced(before: VolumeSpec, after: VolumeSpec): Problem[] {
  const changes = changedFields(before as JsonObject, after as JsonObject);
  const replaced = fieldsToReplace(VOLUME_FIELDS, changes);
  return replaced.length === 0 ? [] : [replacementNeeded('volume', before.name, replaced)];
}

/** Whether a change of the volume is felt by the VMs it is or will be attached to. */
function involvesVms(row: VolumeRow, after: VolumeSpec): boolean {
  const before = VolumeSpec.parse(desiredOf(row));
  return before.attached_to !== after.attached_to || before.size_gb !== after.size_gb;
}

function planUpdate(
  row: VolumeRow,
  change: { readonly before: VolumeSpec; readonly after: VolumeSpec; readonly found: Found },
  scope: WriteScope,
): PreparedWrite {
  const { before, after, found } = change;
  const wanted = after as JsonObject;
  const base = {
    resourceKind: 'volume',
    target: { id: row.id, name: after.name },
    before: desiredOf(row),
    wanted,
    placement: null,
  } as const;
  if (Object.keys(changedFields(base.before, wanted)).length === 0) {
    return { ...base, changes: [], steps: [], onSuccess: [], onFailure: [] };
  }
  const steps = updateSteps(row, change);
  const busyNow = steps.length > 0 ? 'yes' : 'no';
  const growthGb = after.size_gb - before.size_gb;
  return {
    ...base,
    changes: [
      {
        kind: 'update',
        table: 'volumes',
        id: row.id,
        set: {
          ...changedColumns(row, scope, { name: after.name, desired: wanted, busy: busyNow }),
          attached_to: after.attached_to,
        },
        expect: { revision: row.revision, busy_operation_id: null },
        otherwise: replan(`The volume ${row.name}`),
      },
      ...(growthGb > 0 ? [takeFromPool(after.type, growthGb)] : []),
      ...(steps.length > 0 ? touchVms([found.vm, found.vmBefore]) : []),
    ],
    steps,
    onSuccess: settled(row.id, after),
    onFailure: [
      {
        kind: 'update',
        table: 'volumes',
        id: row.id,
        set: { ...revertedColumns(row), attached_to: row.attached_to },
        otherwise: replan(`The volume ${row.name}`),
      },
      ...(growthGb > 0 ? [takeFromPool(after.type, -growthGb)] : []),
    ],
  };
}

function updateSteps(
  row: VolumeRow,
  change: { readonly before: VolumeSpec; readonly after: VolumeSpec; readonly found: Found },
): OperationStepDefinition[] {
  const { before, after, found } = change;
  // The row's own id, as `Ids` made it.
  const id = row.id as VolumeId;
  if (before.attached_to === after.attached_to) {
    return before.size_gb === after.size_gb ? [] : attachSteps(id, after, found.vm, []);
  }
  const detach = detachSteps(id, before, found.vmBefore);
  const attach = attachSteps(
    id,
    after,
    found.vm,
    detach.map((step) => step.name),
  );
  return [...detach, ...attach];
}

/** Idempotent: attaching what is attached only brings its size up to date. */
function attachSteps(
  id: VolumeId,
  spec: VolumeSpec,
  vm: VmRow | undefined,
  after: readonly string[],
): OperationStepDefinition[] {
  if (vm === undefined) return [];
  const agent = agentOf(vm);
  return [
    {
      name: 'attach',
      after,
      action: {
        ...agent,
        action: { kind: 'attach', volume: { volume_id: id, size_gb: spec.size_gb } },
      },
      undo: { ...agent, action: { kind: 'detach', volume_id: id } },
    },
  ];
}

function detachSteps(
  id: VolumeId,
  spec: VolumeSpec,
  vm: VmRow | undefined,
): OperationStepDefinition[] {
  if (vm === undefined) return [];
  const agent = agentOf(vm);
  return [
    {
      name: 'detach',
      after: [],
      action: { ...agent, action: { kind: 'detach', volume_id: id } },
      undo: {
        ...agent,
        action: { kind: 'attach', volume: { volume_id: id, size_gb: spec.size_gb } },
      },
    },
  ];
}

function agentOf(vm: VmRow) {
  const node = String(observedOf(vm).node);
  return { kind: 'agent', node, vmId: vm.id as VmId, generation: vm.generation } as const;
}

/** The VMs must stay where they are until the steps are admitted. */
function touchVms(vms: readonly (VmRow | undefined)[]): ChangeSet {
  const ids = new Set(vms.flatMap((vm) => (vm === undefined ? [] : [vm.id])));
  return [...ids].map(requireIdleVm);
}

function settled(id: string, spec: VolumeSpec): ChangeSet {
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
