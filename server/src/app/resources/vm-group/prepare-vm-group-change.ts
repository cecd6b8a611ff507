/** Plans changes of VM groups: of their size, and of their members' template. */

import { canonicalJson } from '@novacron/contract/json';
import { sizeAfter, widestBounds } from '@novacron/contract/kinds/vm-group/group-size';
import { TEMPLATE } from '@novacron/contract/kinds/vm-group/member-in-question';
import {
  DRIFTED_MEMBERS,
  VM_GROUP_FIELDS,
  VmGroupSpec,
} from '@novacron/contract/kinds/vm-group/vm-group';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { concatSagas, type Saga } from '../../kernel/operations/saga.ts';
import { findToChange } from '../../kernel/resource-rows/find-resource.ts';
import {
  changedColumns,
  changeIdle,
  mergeFields,
  requireSame,
  revertedColumns,
} from '../../kernel/resource-rows/new-row.ts';
import { planRenaming } from '../../kernel/resource-rows/plan-renaming.ts';
import { type CheckedWrite, extendPlan, placeWrite } from '../../kernel/write/checked-write.ts';
import type { PreparedWrite } from '../../kernel/write/prepared-write.ts';
import { decide } from '../../kernel/write/take-write.ts';
import { desiredAs, desiredOf, observedOf } from '../../rows/answer-resource.ts';
import { changedFields } from '../../rows/changed-fields.ts';
import {
  fieldsToReplace,
  nameTaken,
  replacementNeeded,
  replan,
} from '../../rows/resource-problems.ts';
import type { Check, WriteScope } from '../scope.ts';
import {
  checkKeyIds,
  giveKeys,
  givenKeysOf,
  sshKeysWithIds,
  withGivenKeys,
} from '../ssh-key/given-keys.ts';
import { prepareVmUpdate } from '../vm/update/prepare-vm-update.ts';
import { fieldsOfMembers, type GroupChange, readMemberFields } from './change-member-fields.ts';
import { checkScaling } from './check-scaling.ts';
import { describeScaling } from './describe-scaling.ts';
import { guardMembersRoom } from './guard-members-room.ts';
import { readRestored } from './member-drift.ts';
import {
  aboutTemplate,
  checkNewMembers,
  endSteps,
  type MemberFields,
  rollSteps,
} from './plan-members.ts';
import {
  describeEnds,
  describeReplacements,
  planReplacements,
  refuseReplacements,
  tryReplacement,
} from './plan-replacements.ts';
import {
  checkSize,
  checkSizes,
  refuseEnds,
  releaseGroup,
  toStoredSpec,
} from './prepare-vm-group.ts';
import { type Members, readMembersOf } from './read-vm-groups.ts';
import { scalingEventChange } from './scaling-events.ts';

/** Plans a change of a group. */
export const prepareVmGroupUpdate: Check<ParsedInputOf<'vm_group.update'>> = async (
  input,
  scope,
) => {
  const current = await findToChange('vm_group', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const before = desiredAs(row, VmGroupSpec);
  const after = VmGroupSpec.parse(mergeFields(desiredOf(row), input, VM_GROUP_FIELDS));
  const replaced = fieldsToReplace(VM_GROUP_FIELDS, changedFields(before, after));
  const { tenant_id } = row;
  const { holders, sshKeys } = await scope.deps.store.snapshot({
    holders: { from: 'vm_groups', where: { tenant_id, name: after.name, id: { not: row.id } } },
    sshKeys: sshKeysWithIds(tenant_id, after.vm),
  });
  const givenKeys = giveKeys(after.vm, sshKeys, givenKeysOf(row));
  const problems = [
    ...checkKeyIds(after.vm, givenKeys).map(aboutTemplate),
    ...holders.map(({ id }) => nameTaken('vm_group', after.name, id)),
    ...(replaced.length > 0 ? [replacementNeeded('VM group', row.name, replaced)] : []),
    ...checkSizes(after),
    ...checkScaling(after),
  ];
  if (problems.length > 0) return err(problems);
  const size = sizeAfter(row, after);
  const change = { row, before, after, size, givenKeys, drift: 'restore' } as const;
  const place = async () => {
    const planned = await planChange(change, scope);
    if (!planned.ok) return err([planned.error]);
    const { notices = [] } = planned.value;
    const said = await describeScaling({ id: row.id, spec: after, before, size }, scope);
    return ok({ ...planned.value, notices: [...notices, ...said] });
  };
  return ok({ ...fieldsOf(change), place });
};

/** Plans another size of a group, as a person asks for it. */
export const prepareVmGroupScale: Check<ParsedInputOf<'vm_group.scale'>> = async (
  { id, size },
  scope,
) => {
  const resized = await prepareVmGroupResize({ id, size }, scope);
  if (!resized.ok) return resized;
  const from = Number(resized.value.before?.size);
  if (from === size) return resized;
  const recorded = scalingEventChange(scope.deps, {
    tenantId: scope.context.principal.tenantId,
    groupId: id,
    trigger: 'manual',
    policy: null,
    rule: null,
    from,
    to: size,
    operationId: scope.operationId,
    reason: `${scope.context.principal.name} asked for it`,
    limitedBy: [],
    metrics: {},
    prediction: null,
    outcome: 'running',
  });
  return extendPlan(resized, (write) => {
    return { ...write, saga: concatSagas(write.saga, { reserve: [recorded] }) };
  });
};

/** Another size of a group. */
export interface ResizeInput extends ParsedInputOf<'vm_group.scale'> {
  /** Ids of the members to remove; without it, those with the highest numbers are. */
  readonly remove?: readonly string[];
  /** `schedules`: the bounds of schedules count as well; else only those of the group. */
  readonly bounds?: 'schedules';
}

/** Plans another size of a group. Its record is the caller's: only the caller knows why. */
export const prepareVmGroupResize: Check<ResizeInput> = async (
  { id, size, remove, bounds },
  scope,
) => {
  const current = await findToChange('vm_group', { id }, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const before = desiredAs(row, VmGroupSpec);
  const { min, max } = widestBounds(before);
  const allowed = bounds === undefined ? before : { ...before, min_size: min, max_size: max };
  const problems = checkSize(allowed, { field: 'size', size });
  if (problems.length > 0) return err(problems);
  const isSaid = before.desired_size !== null;
  const after = isSaid ? { ...before, desired_size: size } : before;
  const givenKeys = givenKeysOf(row);
  const change = { row, before, after, size, givenKeys, remove };
  const notice =
    `The configuration of ${row.name} says desired_size ${before.desired_size}: ` +
    'Terraform sets it back unless that is changed too.';
  const { before: was, wanted, ...about } = fieldsOf(change);
  // NovaCron's own decision changes no configured field; records show it too.
  const fields = { ...about, before: { ...was, size: row.size }, wanted: { ...wanted, size } };
  const notices = isSaid && before.desired_size !== size ? [notice] : [];
  const place = async () => {
    const planned = await planChange(change, scope);
    return planned.ok ? ok({ ...planned.value, ...fields, notices }) : err([planned.error]);
  };
  return ok({ ...fields, place });
};

/** Input of policies for a change. */
function fieldsOf({ row, after }: Pick<GroupChange, 'row' | 'after'>) {
  const target = { id: row.id, name: after.name };
  const wanted = toStoredSpec(after);
  return { resourceKind: 'vm_group', target, before: desiredOf(row), wanted } as const;
}

/** Checks what a change does to each member, and asks the policies about all of it. */
async function checkMembers(change: GroupChange, scope: WriteScope) {
  const { row, after, size, givenKeys } = change;
  const group = { id: row.id, spec: after, givenKeys };
  const members = await readMembersOf(scope.deps.store, row.id);
  const checked = await checkNewMembers(group, { ordinals: freeOrdinals(members, size) }, scope);
  if (!checked.ok) return checked;
  const chosen = chooseLeaving(change, members);
  if (!chosen.ok) return chosen;
  const { staying, leaving } = chosen.value;
  const restored = await readRestored(scope.deps, change.drift === undefined ? [] : staying);
  const fields = await readMemberFields(change, scope);
  const memberFields = fieldsOfMembers(change, members, { ...fields, restored });
  const changing = staying.filter(
    (vm) => restored.has(vm.id) || Object.keys(memberFields(vm).forward).length > 0,
  );
  const replacements = planReplacements(group, changing, { members, fieldsOf: memberFields });
  const refused =
    (await refuseEnds(leaving, scope)) ?? (await refuseReplacements(staying, replacements, scope));
  if (refused !== undefined) return err(refused);
  const inPlace = changing.filter(({ id }) => !replacements.has(id));
  const allowed = await checkChanges(inPlace, memberFields, scope);
  if (!allowed.ok) return allowed;
  const { place } = checked.value;
  const { orphans } = members;
  const found = { orphans, staying, leaving, changing, memberFields, replacements };
  const by = Object.keys(fields.forward).length > 0 ? TEMPLATE : DRIFTED_MEMBERS;
  return ok({ ...found, place, changes: { by, checked: allowed.value } });
}

/**
 * New members are created first, then the remaining ones are changed, then surplus ones deleted.
 */
async function planChange(
  change: GroupChange,
  scope: WriteScope,
): Promise<Result<PreparedWrite, Problem>> {
  const { row, after } = change;
  const checked = await checkMembers(change, scope);
  if (!checked.ok) return checked;
  // The policies have allowed all of it: from here on the fleet is read.
  const { orphans, staying, leaving, changing, memberFields, replacements } = checked.value;
  const failed = await tryReplacement(staying, replacements, scope);
  if (failed !== undefined) return err(failed);
  const added = await checked.value.place();
  if (!added.ok) return added;
  const tried = await tryChanges(checked.value.changes);
  if (!tried.ok) return tried;
  const { restarts } = tried.value;
  const replaced = replacedAmong(staying, replacements);
  const writes = [...added.value.writes, ...tried.value.writes];
  const kept = await guardMembersRoom({ writes, replaced }, scope);
  if (!kept.ok) return kept;
  const names = added.value.saga.steps.map(({ name }) => name);
  const atATime = after.max_unavailable;
  const rolled = rollSteps(changing, {
    fieldsOf: memberFields,
    atATime,
    after: names,
    replacements,
  });
  const before = [...names, ...rolled.map(({ name }) => name)];
  const steps = [
    ...added.value.saga.steps,
    ...rolled,
    // Deleted members do not come back: one that cannot be deleted yet remains as a surplus one.
    ...endSteps(leaving, { after: before, whenFailed: 'go-on', drain: drainCommandOf(after) }),
  ];
  const own = planChanges(change, { orphans, steps }, scope);
  // Members that are renamed back need the old name of the group, and their own, to be free.
  const { reacquire: _, ...renaming } = planRenaming('vm_group', row, after.name);
  const saga = concatSagas(
    own.saga,
    { reserve: [...added.value.saga.reserve, ...kept.value] },
    steps.length === 0 ? {} : renaming,
  );
  const described = describeReplacements(staying, replacements, atATime);
  const notices = [...described, ...describeEnds(leaving)];
  return ok({ ...own, restarts, prerequisites: added.value.prerequisites, saga, notices });
}

/** Returns the members that are replaced, each with the input of its new VM. */
function replacedAmong(
  staying: readonly Tables['vms'][],
  replacements: ReturnType<typeof planReplacements>,
) {
  return staying.flatMap((vm) => {
    const step = replacements.get(vm.id);
    return step === undefined ? [] : [{ vm, input: step.input }];
  });
}

/** The command that a member has to run before it leaves. */
function drainCommandOf({ scaling }: VmGroupSpec): readonly string[] | undefined {
  return scaling?.scale_in?.drain_command ?? undefined;
}

/** Splits the members into staying and leaving; `conflict` if a chosen VM is no longer a member. */
function chooseLeaving(
  { row, size, remove }: GroupChange,
  { vms }: Members,
): Result<Record<'staying' | 'leaving', readonly Tables['vms'][]>, Problem> {
  if (remove === undefined) return ok({ staying: vms.slice(0, size), leaving: vms.slice(size) });
  const leaving = vms.filter(({ id }) => remove.includes(id));
  const staying = vms.filter(({ id }) => !remove.includes(id));
  const isAsDecided = leaving.length === remove.length && staying.length <= size;
  return isAsDecided ? ok({ staying, leaving }) : err(replan(`The VM group ${row.name}`));
}

/** Returns the lowest free numbers, of the members that a group lacks. */
export function freeOrdinals({ vms, ordinals }: Members, size: number): readonly number[] {
  const free: number[] = [];
  for (let ordinal = 1; vms.length + free.length < size; ordinal += 1) {
    if (!ordinals.has(ordinal)) free.push(ordinal);
  }
  return free;
}

function planChanges(
  { row, after, size, givenKeys }: GroupChange,
  { steps, orphans }: Pick<Saga, 'steps'> & Pick<Members, 'orphans'>,
  scope: WriteScope,
): PreparedWrite {
  const fields = fieldsOf({ row, after });
  const { before, wanted } = fields;
  const isSame =
    steps.length === 0 &&
    size === row.size &&
    Object.keys(changedFields(before, wanted)).length === 0;
  const busy = steps.length === 0 ? 'no' : 'yes';
  const columns = changedColumns(row, scope, { name: after.name, desired: wanted, busy });
  const observed_json = canonicalJson(withGivenKeys(observedOf(row), givenKeys));
  const undo: Change = {
    kind: 'update',
    table: 'vm_groups',
    id: row.id,
    set: { ...revertedColumns(row), size: row.size },
    otherwise: replan(`The VM group ${row.name}`),
  };
  return {
    ...fields,
    placement: null,
    saga: {
      reserve: [
        isSame
          ? requireSame('vm_group', row)
          : changeIdle('vm_group', row, { ...columns, observed_json, size }),
        ...orphans.map((id): Change => ({ kind: 'drop', from: 'vm_group_members', id })),
      ],
      steps,
      finalize: steps.length === 0 ? [] : [releaseGroup(row.id, row.name)],
      rollback: [undo],
      release: [releaseGroup(row.id, row.name)],
    },
  };
}

/**
 * Checks the change on each member, and asks the policies: a refusal of one of them is known before
 * any is changed. The members are read again in their own steps.
 */
async function checkChanges(
  vms: readonly Tables['vms'][],
  changeOf: (vm: Tables['vms']) => MemberFields,
  scope: WriteScope,
): Promise<Result<readonly CheckedWrite[], Problem>> {
  const writes: CheckedWrite[] = [];
  for (const vm of vms) {
    const { id, name } = vm;
    const { forward } = changeOf(vm);
    const checked = await prepareVmUpdate({ ...forward, id }, scope);
    if (!checked.ok) return err(aboutTemplate(checked.error[0] ?? replan(`The VM ${name}`)));
    const asked = { ...checked.value, operation: 'vm.update' } as const;
    const { problem } = await decide(scope.deps, scope.context, asked, 'commit');
    if (problem !== undefined) return err(aboutTemplate(problem));
    writes.push(checked.value);
  }
  return ok(writes);
}

/** @returns in the restarts what they are for, if a member has to be stopped; the writes */
async function tryChanges({
  by,
  checked,
}: {
  readonly by: string;
  readonly checked: readonly CheckedWrite[];
}): Promise<Result<TriedChanges, Problem>> {
  const writes: PreparedWrite[] = [];
  for (const each of checked) {
    const placed = await placeWrite(each);
    const { name } = each.target;
    if (!placed.ok) return err(aboutTemplate(placed.error[0] ?? replan(`The VM ${name}`)));
    writes.push(placed.value);
  }
  const isStopped = writes.some(({ restarts = [] }) => restarts.length > 0);
  return ok({ restarts: isStopped ? [by] : [], writes });
}

interface TriedChanges extends Required<Pick<PreparedWrite, 'restarts'>> {
  readonly writes: readonly PreparedWrite[];
}
