/** The members of a group, and the operations and steps that create, change and delete them. */

import { equalJson, type JsonObject } from '@novacron/contract/json';
import { VM_FIELDS, VmCreate } from '@novacron/contract/kinds/vm/vm';
import { firstSize } from '@novacron/contract/kinds/vm-group/group-size';
import { memberName } from '@novacron/contract/kinds/vm-group/member-in-question';
import { GROUP_LABEL, type VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import { VmPlacement } from '@novacron/contract/placement/vm-placement';
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import { type Problem, toValidationProblem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { type FieldTable, normalizedValue } from '@novacron/contract/schema/field';
import type { z } from 'zod';
import type { ChangeSet } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type {
  OperationStepDefinition,
  ReplaceStepAction,
} from '../../kernel/definitions/operation-definition.ts';
import { OPERATION_DEADLINE_MS } from '../../kernel/definitions/operation-definition.ts';
import { UNKEYED } from '../../kernel/idempotency/idempotency.ts';
import type { Saga } from '../../kernel/operations/saga.ts';
import { commitOf } from '../../kernel/write/admit-write.ts';
import { dropRepeatedGuards } from '../../kernel/write/commit-changes.ts';
import type { PreparedWrite } from '../../kernel/write/prepared-write.ts';
import { decide } from '../../kernel/write/take-write.ts';
import { desiredOf } from '../../rows/answer-resource.ts';
import type { WriteScope } from '../scope.ts';
import { type GivenKeys, guestKeys } from '../ssh-key/given-keys.ts';
import { DELETE_MS_MAX } from '../vm/delete/prepare-vm-delete.ts';
import {
  type CheckedVmBatch,
  checkVmBatch,
  type PreparedVm,
  placeVmBatch,
} from '../vm-batch/check-vm-batch.ts';
import { aboutVm } from '../vm-batch/plan-vm-batch.ts';
import { adoptMember } from './adopt-member.ts';
import { deploymentOf, withBaseline } from './member-baseline.ts';

type VmInput = z.output<typeof VmCreate>;

/** A group as its members need to know it. */
export interface GroupInQuestion {
  readonly id: string;
  readonly spec: VmGroupSpec;
  /** The public keys of the SSH keys that it names. */
  readonly givenKeys: GivenKeys;
}

/**
 * The create request of a member. It carries the group's label, which its placement rules select,
 * and the public keys themselves: a group grows after the SSH keys that it names were deleted.
 */
export function toMemberVm({ id, spec, givenKeys }: GroupInQuestion, name: string): VmInput {
  const { vm, spread, anti_affinity: apart } = spec;
  const labels = { [GROUP_LABEL]: id };
  const rule = { vm: null, group: null, labels, level: apart, mode: 'hard' } as const;
  const isRuled = spread !== null || apart !== null;
  const own = vm.placement ?? VmPlacement.parse({});
  const rules = [...(own.anti_affinity ?? []), ...(apart === null ? [] : [rule])];
  const placement = {
    ...own,
    spread_domain: spread ?? own.spread_domain,
    anti_affinity: rules.length === 0 ? null : rules,
  };
  return {
    ...vm,
    ssh_keys: vm.ssh_key_ids === null ? vm.ssh_keys : guestKeys(vm, givenKeys),
    ssh_key_ids: null,
    name,
    metadata: { ...vm.metadata, ...labels },
    placement: isRuled ? placement : vm.placement,
  };
}

const FIELDS: FieldTable = VM_FIELDS;

/** The fields of a member that differ after a change of its group. */
export function changedMemberFields(before: GroupInQuestion, after: GroupInQuestion): MemberFields {
  const [was, is] = [toMemberVm(before, ''), toMemberVm(after, '')];
  const kept = (from: Readonly<Record<string, unknown>>, name: string) =>
    normalizedValue(FIELDS[name] ?? {}, from[name]);
  const names = Object.keys({ ...was, ...is }).filter(
    (name) => !equalJson(kept(was, name), kept(is, name)),
  );
  const pick = (from: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(names.map((name) => [name, from[name] ?? null]));
  // Parsed by VmTemplate: JSON values only.
  return { forward: pick(is) as JsonObject, back: pick(was) as JsonObject };
}

/** The fields of one member before and after a change of its group, which may be renamed. */
export interface MemberFields {
  readonly forward: JsonObject;
  readonly back: JsonObject;
}

/** Returns the numbers of the members that a new group starts with. */
export function newOrdinals(spec: VmGroupSpec): number[] {
  return Array.from({ length: firstSize(spec) }, (_, at) => at + 1);
}

/** Members to create. */
export interface AddedMembers {
  readonly prerequisites: ChangeSet;
  readonly saga: Pick<Saga, 'reserve' | 'steps'>;
  readonly decision: PreparedVm['prepared']['placement'];
  /** The writes, for what they take of the room that is kept for lost nodes. */
  readonly writes: readonly PreparedWrite[];
}

const NO_MEMBERS: AddedMembers = {
  prerequisites: [],
  decision: null,
  writes: [],
  saga: { reserve: [], steps: [] },
};

/** New members that the policies allow; `place` chooses their nodes, together. */
export interface CheckedMembers {
  readonly place: () => Promise<Result<AddedMembers, Problem>>;
}

/**
 * Checks new members, under the rules of a batch of VMs.
 * @returns the problem of the first member that cannot be created, at the fields of `vm`
 */
export async function checkNewMembers(
  group: GroupInQuestion,
  { ordinals }: { readonly ordinals: readonly number[] },
  scope: WriteScope,
): Promise<Result<CheckedMembers, Problem>> {
  if (ordinals.length === 0) return ok({ place: async () => ok(NO_MEMBERS) });
  const vms = ordinals.map((ordinal) => toMemberVm(group, memberName(group.spec.name, ordinal)));
  const parsed = VmCreate.safeParse(vms[0], IN_WORDS);
  if (!parsed.success) return err(aboutTemplate(toValidationProblem(parsed.error, 'A member')));
  const batch = await checkVmBatch(scope.deps, { vms, purpose: 'scale' }, scope.context);
  if (!batch.ok) return err(aboutTemplate(batch.error));
  const refused = await refuseMember(batch.value, scope);
  if (refused !== undefined) return err(aboutTemplate(refused));
  return ok({ place: () => placeMembers(group, { ordinals, batch: batch.value }, scope) });
}

/** Asks the policies about each member as if it were created alone. */
async function refuseMember(
  { vms }: CheckedVmBatch,
  { deps, context }: WriteScope,
): Promise<Problem | undefined> {
  const decisions = await Promise.all(
    vms.map(({ checked }) =>
      decide(deps, context, { ...checked, operation: 'vm.create' }, 'commit'),
    ),
  );
  const at = decisions.findIndex(({ problem }) => problem !== undefined);
  const refusal = decisions[at]?.problem;
  if (refusal === undefined) return undefined;
  return aboutVm(refusal, { at, name: vms[at]?.checked.target.name ?? '' });
}

async function placeMembers(
  group: GroupInQuestion,
  of: { readonly ordinals: readonly number[]; readonly batch: CheckedVmBatch },
  scope: WriteScope,
): Promise<Result<AddedMembers, Problem>> {
  const { ordinals } = of;
  const batch = await placeVmBatch(scope.deps, of.batch, scope.context);
  if (!batch.ok) return err(aboutTemplate(batch.error));
  const { admissions, placed } = batch.value;
  const deployment = await deploymentOf(scope.deps.store, group.id, scope.context);
  const admitted = admissions.map((each, at) =>
    admitMember(each, { ordinal: ordinals[at] ?? 0, groupId: group.id, deployment }),
  );
  return ok({
    prerequisites: placed.rules.prerequisites,
    decision: admissions[0]?.prepared.placement ?? null,
    writes: admissions.map(({ prepared }) => prepared),
    saga: {
      reserve: dropRepeatedGuards(admitted.flatMap(({ changes }) => changes)),
      steps: admitted.map(({ step }) => step),
    },
  });
}

function admitMember(
  { scope, prepared }: PreparedVm,
  of: {
    readonly ordinal: number;
    readonly groupId: string;
    readonly deployment: string | undefined;
  },
) {
  const tenantId = scope.context.principal.tenantId;
  const { id, name } = prepared.target;
  // A member comes from no configuration: its group defines its desired state.
  const own = { ...scope, context: { ...scope.context, client: 'platform' } as const };
  const { deployment, ...place } = of;
  const owned = withBaseline(adoptMember(prepared, { ...place, tenantId }), own, {
    deployment,
    fields: prepared.wanted,
  });
  const write = { name: 'vm.create', prepared: owned, scope: own, decision: undefined } as const;
  const { changes, answer } = commitOf(write, UNKEYED);
  const step: OperationStepDefinition = {
    name,
    after: [],
    action: { kind: 'await-operation', operationId: answer.operation.id },
    undo: { kind: 'change-member', vmId: id, tenantId, fields: null },
    patience: { kind: 'time', durationMs: OPERATION_DEADLINE_MS },
  };
  return { changes, step };
}

/** Problems of a member are problems of the template. */
export function aboutTemplate(found: Problem): Problem {
  const fields = found.fields?.map((each) => {
    const path = each.path[0] === 'vms' ? each.path.slice(2) : each.path;
    return { ...each, path: path[0] === 'name' ? path : ['vm', ...path] };
  });
  return { ...found, ...(fields === undefined ? {} : { fields }) };
}

/**
 * Changes members, or replaces those that cannot change in place, at most `maxUnavailable` at a
 * time, each as soon as the one before it is done.
 */
export function rollSteps(
  vms: readonly Tables['vms'][],
  change: {
    readonly fieldsOf: (vm: Tables['vms']) => MemberFields;
    readonly atATime: number;
    readonly after: readonly string[];
    /** Replacements, by the id of the member to delete. */
    readonly replacements: ReadonlyMap<string, ReplaceStepAction>;
  },
): readonly OperationStepDefinition[] {
  const nameOf = ({ id, name }: Tables['vms']) =>
    change.replacements.has(id) ? `replace ${name}` : `change ${name}`;
  return inTurn(vms, { ...change, nameOf }).map(({ vm, common }): OperationStepDefinition => {
    const { id: vmId, tenant_id: tenantId } = vm;
    const replacement = change.replacements.get(vmId);
    if (replacement !== undefined) {
      return { ...common, action: replacement, undo: null, noReturn: 'yes' };
    }
    const { forward, back } = change.fieldsOf(vm);
    const action = { kind: 'change-member', vmId, tenantId, fields: forward } as const;
    // A member that was restored alone stays so.
    if (Object.keys(back).length === 0) return { ...common, action, undo: null };
    const fields = fieldsBack(vm, back);
    return { ...common, action, undo: { ...action, fields, failoverRoom: 'use' } };
  });
}

/** Builds the common part of member steps that run in turn, some at a time. */
export function inTurn(
  vms: readonly Tables['vms'][],
  how: {
    readonly atATime: number;
    /** Names of steps that come before all of them. */
    readonly after: readonly string[];
    readonly nameOf: (vm: Tables['vms']) => string;
  },
) {
  return vms.map((vm, at) => {
    const before = vms[at - how.atATime];
    const common = {
      name: how.nameOf(vm),
      after: [...how.after, ...(before === undefined ? [] : [how.nameOf(before)])],
      patience: { kind: 'time', durationMs: OPERATION_DEADLINE_MS },
    } as const;
    return { vm, common };
  });
}

/** A member without a network of the group's has that of its template, as it was at creation. */
function fieldsBack(vm: Tables['vms'], back: JsonObject): JsonObject {
  return 'network_id' in back ? { ...back, network_id: desiredOf(vm).network_id ?? null } : back;
}

/** Deletes members, all at the same time; this cannot be undone. */
export function endSteps(
  vms: readonly Tables['vms'][],
  how: {
    readonly after: readonly string[];
    readonly whenFailed: 'take-back' | 'go-on';
    /** The program that each member runs first; it stays where that fails. */
    readonly drain?: readonly string[] | undefined;
  },
): readonly OperationStepDefinition[] {
  const { drain, ...common } = how;
  const draining = drain === undefined ? {} : { drain };
  return vms.map(({ id: vmId, tenant_id: tenantId, name }) => ({
    ...common,
    name: `end ${name}`,
    action: { kind: 'change-member', vmId, tenantId, fields: null, ...draining },
    undo: null,
    noReturn: 'yes',
    patience: { kind: 'time', durationMs: DELETE_MS_MAX },
  }));
}
