/** Plans the creation and deletion of VM groups. */

import type { JsonObject } from '@novacron/contract/json';
import { firstSize } from '@novacron/contract/kinds/vm-group/group-size';
import { VM_GROUP_FIELDS, VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { fillDefaults } from '@novacron/contract/schema/field';
import type { Change } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { deleteKey } from '../../kernel/idempotency/idempotency.ts';
import { findToDelete, isProtected } from '../../kernel/resource-rows/find-resource.ts';
import { changeIdle, newResourceRow } from '../../kernel/resource-rows/new-row.ts';
import { requireNameNotHeld } from '../../kernel/resource-rows/plan-renaming.ts';
import type { WriteFields } from '../../kernel/write/checked-write.ts';
import type { PreparedWrite } from '../../kernel/write/prepared-write.ts';
import { desiredOf } from '../../rows/answer-resource.ts';
import { deletionProtected, nameTaken, replan } from '../../rows/resource-problems.ts';
import type { Check, Prepare, WriteScope } from '../scope.ts';
import { checkKeyIds, giveKeys, sshKeysWithIds, withGivenKeys } from '../ssh-key/given-keys.ts';
import { checkScaling } from './check-scaling.ts';
import { describeScaling } from './describe-scaling.ts';
import { guardMembersRoom } from './guard-members-room.ts';
import {
  aboutTemplate,
  checkNewMembers,
  endSteps,
  type GroupInQuestion,
  newOrdinals,
} from './plan-members.ts';
import { consumeMemberPreviews } from './preview-members.ts';
import { readMembersOf } from './read-vm-groups.ts';

/** Plans a group with its members. */
export const prepareVmGroupCreate: Check<ParsedInputOf<'vm_group.create'>> = async (
  input,
  scope,
) => {
  const spec = VmGroupSpec.parse(fillDefaults(VM_GROUP_FIELDS, input));
  const { tenantId } = scope.context.principal;
  const { holders, sshKeys } = await scope.deps.store.snapshot({
    holders: { from: 'vm_groups', where: { tenant_id: tenantId, name: spec.name } },
    sshKeys: sshKeysWithIds(tenantId, spec.vm),
  });
  const givenKeys = giveKeys(spec.vm, sshKeys);
  const problems = [
    ...checkSizes(spec),
    ...checkScaling(spec),
    ...checkKeyIds(spec.vm, givenKeys).map(aboutTemplate),
    ...holders.map(({ id }) => nameTaken('vm_group', spec.name, id)),
  ];
  if (problems.length > 0) return err(problems);
  const id = scope.deps.ids.next('vmg');
  const fields = {
    resourceKind: 'vm_group',
    target: { id, name: spec.name },
    before: null,
    wanted: toStoredSpec(spec),
  } as const;
  const group: NewGroup = { fields, spec, givenKeys, idempotencyKey: input.idempotency_key };
  return ok({ ...fields, place: () => placeNewGroup(group, scope) });
};

interface NewGroup extends Pick<GroupInQuestion, 'spec' | 'givenKeys'> {
  readonly fields: WriteFields & {
    readonly target: { readonly id: string };
    readonly wanted: JsonObject;
  };
  readonly idempotencyKey: string | undefined;
}

async function placeNewGroup(
  { fields, spec, givenKeys, idempotencyKey }: NewGroup,
  scope: WriteScope,
): Promise<Result<PreparedWrite, readonly Problem[]>> {
  const { tenantId } = scope.context.principal;
  const { id } = fields.target;
  const size = firstSize(spec);
  const group = { id, spec, givenKeys };
  const checked = await checkNewMembers(group, { ordinals: newOrdinals(spec) }, scope);
  if (!checked.ok) return err([checked.error]);
  const added = await checked.value.place();
  if (!added.ok) return err([added.error]);
  const kept = await guardMembersRoom({ writes: added.value.writes, replaced: [] }, scope);
  if (!kept.ok) return err([kept.error]);
  const previews = await consumeMemberPreviews(scope.deps, scope.context, { id, spec });
  const row = newResourceRow(scope, {
    id,
    name: spec.name,
    desired: fields.wanted,
    observed: withGivenKeys({}, givenKeys),
    busy: 'yes',
  });
  const freeKey = deleteKey(idempotencyKey, tenantId);
  return ok({
    ...fields,
    placement: null,
    notices: await describeScaling({ id, spec, size }, scope),
    prerequisites: added.value.prerequisites,
    saga: {
      reserve: [
        requireNameNotHeld('vm_group', tenantId, spec.name),
        {
          kind: 'insert',
          into: 'vm_groups',
          row: { ...row, size },
          otherwise: replan(`The name ${spec.name}`),
        },
        ...added.value.saga.reserve,
        ...kept.value,
        ...previews,
      ],
      steps: added.value.saga.steps,
      finalize: [releaseGroup(id, spec.name)],
      rollback: [{ kind: 'drop', from: 'vm_groups', id }, ...freeKey],
      release: [releaseGroup(id, spec.name), ...freeKey],
    },
  });
}

/**
 * The desired fields of a group as its row has them. Servers of the previous release refuse unknown
 * fields of `vm`, so one that they do not know is stored where it has a value.
 */
export function toStoredSpec(spec: VmGroupSpec): JsonObject {
  const { ssh_key_ids: ids, ...vm } = spec.vm;
  // Parsed by VmGroupSpec: JSON values only.
  return { ...spec, vm: ids === null ? vm : spec.vm } as JsonObject;
}

/** Plans the deletion of a group and of all its members. */
export const prepareVmGroupDelete: Prepare<ParsedInputOf<'vm_group.delete'>> = async (
  input,
  scope,
) => {
  const current = await findToDelete('vm_group', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const { vms, orphans } = await readMembersOf(scope.deps.store, row.id);
  const refused = await refuseEnds(vms, scope);
  if (refused !== undefined) return err([refused]);
  const release = [releaseGroup(row.id, row.name)];
  return ok({
    resourceKind: 'vm_group',
    target: { id: row.id, name: row.name },
    before: desiredOf(row),
    wanted: null,
    placement: null,
    saga: {
      reserve: [changeIdle('vm_group', row, { busy_operation_id: scope.operationId })],
      steps: endSteps(vms, { after: [], whenFailed: 'take-back' }),
      finalize: [
        { kind: 'drop', from: 'vm_groups', id: row.id },
        { kind: 'drop', from: 'baselines', id: row.id },
        { kind: 'drop', from: 'group_scalings', id: row.id },
        { kind: 'drop', from: 'scaling_holds', id: row.id },
        ...orphans.map((id): Change => ({ kind: 'drop', from: 'vm_group_members', id })),
      ],
      rollback: release,
      release: release,
    },
  });
};

/** Unlocks a group whose operation has ended. */
export function releaseGroup(id: string, name: string): Change {
  return {
    kind: 'update',
    table: 'vm_groups',
    id,
    set: { busy_operation_id: null },
    otherwise: replan(`The VM group ${name}`),
  };
}

/** Checks the protection of members, and asks the policies as if each were deleted by itself. */
export async function refuseEnds(
  vms: readonly Tables['vms'][],
  { deps, context }: Pick<WriteScope, 'deps' | 'context'>,
): Promise<Problem | undefined> {
  const held = vms.find(isProtected);
  if (held !== undefined) return deletionProtected('vm', held.name);
  const decisions = await Promise.all(
    vms.map(({ id, name, ...row }) =>
      deps.verdicts.decide(context, {
        operation: 'vm.delete',
        resourceKind: 'vm',
        target: { id, name },
        before: desiredOf({ id, name, ...row }),
        wanted: null,
        unknown: [],
      }),
    ),
  );
  return decisions.find((decision) => decision.problem !== undefined)?.problem;
}

/** The minimum must not exceed the maximum, and the desired size lies between. */
export function checkSizes(spec: VmGroupSpec): readonly Problem[] {
  const { name, min_size: min, max_size: max, desired_size: desired } = spec;
  if (min > max) {
    const message = `is more than max_size, which is ${max}`;
    return [sizeProblem(name, { field: 'min_size', size: min, message })];
  }
  return desired === null ? [] : checkSize(spec, { field: 'desired_size', size: desired });
}

/** Refuses a size outside of a group's bounds. */
export function checkSize(
  { name, min_size: min, max_size: max }: VmGroupSpec,
  asked: { readonly field: string; readonly size: number },
): readonly Problem[] {
  if (asked.size >= min && asked.size <= max) return [];
  const message = `must be from min_size to max_size, which is ${min} to ${max}`;
  return [sizeProblem(name, { ...asked, message })];
}

function sizeProblem(
  name: string,
  {
    field,
    size,
    message,
  }: { readonly field: string; readonly size: number; readonly message: string },
): Problem {
  return problem('validation-failed', {
    detail: `The VM group ${name} cannot have the ${field} ${size}: it ${message}.`,
    remedy: 'Choose a size within the bounds, or change min_size and max_size.',
    fields: [{ path: [field], message }],
  });
}
