/**
 * Performs the steps of operations of VM groups: each is an operation of the member. They are
 * idempotent: an operation that an earlier attempt started is waited for, and a member that is
 * deleted or as desired is skipped.
 */

import type { JsonObject } from '@novacron/contract/json';
import { VM_FIELDS, VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { fillDefaults } from '@novacron/contract/schema/field';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { classWithin, DOWN_MS_MAX, runStep } from '../../kernel/arbitration/begin-step.ts';
import type { Purpose } from '../../kernel/arbitration/platform-write.ts';
import { auditRefusal } from '../../kernel/audit/audit.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type {
  GroupStepAction,
  MemberStepAction,
  ReplaceStepAction,
  StepOutcome,
} from '../../kernel/definitions/operation-definition.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import { concatSagas } from '../../kernel/operations/saga.ts';
import { admitWrite } from '../../kernel/write/admit-write.ts';
import { extendPlan, planChecked } from '../../kernel/write/checked-write.ts';
import {
  outcomeOf,
  runChildOperation,
  toFailedStep,
  waitForEnd,
} from '../../kernel/write/child-operation-step.ts';
import { desiredAs, observedOf } from '../../rows/answer-resource.ts';
import { healthOf } from '../../rows/observed/observed-health.ts';
import { OWN_PRINCIPALS } from '../../rows/own-principals.ts';
import type { ResourceDeps } from '../deps.ts';
import type { Check, ResourceStepParts } from '../scope.ts';
import { prepareVmCreate } from '../vm/create/prepare-vm-create.ts';
import { prepareVmDelete } from '../vm/delete/prepare-vm-delete.ts';
import { keepFailoverRoom, useFailoverRoom } from '../vm/failover/keep-failover-room.ts';
import { runInGuest } from '../vm/machine/run-in-guest.ts';
import { prepareVmUpdate } from '../vm/update/prepare-vm-update.ts';
import { adoptMember } from './adopt-member.ts';
import { deploymentOf, withBaseline, withBaselineChanged } from './member-baseline.ts';

type VmInput = ParsedInputOf<'vm.create'> & JsonObject;

/** Waits for an operation of a member, or changes, deletes or replaces it; returns the outcome. */
export async function performMemberStep(
  parts: ResourceStepParts,
  operationId: string,
  action: GroupStepAction,
): Promise<StepOutcome> {
  try {
    if (action.kind === 'change-member') return await changeMember(parts, operationId, action);
    if (action.kind === 'replace-member') return await replaceMember(parts, operationId, action);
    await waitForEnd(parts, action.operationId);
    return await outcomeOf(parts.deps, action.operationId);
  } catch (cause) {
    parts.deps.logger.warn({ action, cause }, 'a step of a VM group failed unexpectedly');
    return { kind: 'failed', message: 'the member could not be read', next: 'retry' };
  }
}

async function changeMember(
  parts: ResourceStepParts,
  operationId: string,
  { fields, ...action }: MemberStepAction,
): Promise<StepOutcome> {
  const { deps } = parts;
  const row = await findIdle(parts, action);
  if (row === undefined) return { kind: 'succeeded' };
  const { id } = row;
  const isBack = action.failoverRoom === 'use';
  const own = platformContext(deps, action.tenantId, 'autoscaler');
  const principal = { ...own.principal, name: OWN_PRINCIPALS.rollback };
  const context = isBack ? { ...own, principal } : own;
  if (fields === null) {
    const drained = await drainMember(parts, row, action.drain);
    if (drained.kind === 'failed') return drained;
    // A member that the group does not need any more: healing it first would help no one.
    const admitted = await admitWrite('vm.delete', { id }, prepareVmDelete, deps, context);
    return runChildOperation(parts, admitted);
  }
  const input = { ...fields, id };
  const scope = { deps, context, operationId: deps.ids.next('op'), nowMs: deps.clock.nowMs() };
  const tried = await planChecked(await prepareVmUpdate(input, scope));
  const isStopped = tried.ok && (tried.value.restarts ?? []).length > 0;
  return runStep(parts, {
    ...(await purposeOf(deps, operationId, row)),
    ...(isStopped ? {} : { target: { ...targetOf(row), effect: 'none' } }),
    name: 'vm.update',
    input,
    prepare: isBack ? prepareChangeBack : prepareChange,
    context,
  });
}

/**
 * Has a member finish its work. A member that does not run has none. The program may run again
 * where a server was killed while it ran.
 */
async function drainMember(
  { deps }: ResourceStepParts,
  row: VmRow,
  command: readonly string[] | undefined,
): Promise<StepOutcome> {
  const { status, node } = observedOf(row);
  if (command === undefined || status !== 'running') return { kind: 'succeeded' };
  const program = { kind: 'run-in-guest', node: String(node), vmId: row.id, command } as const;
  return runInGuest(deps, program, `${row.name} stays: its drain command`);
}

async function findIdle(
  parts: ResourceStepParts,
  action: Pick<MemberStepAction, 'vmId' | 'tenantId'>,
): Promise<VmRow | undefined> {
  const found = await findVm(parts.deps, action);
  if (found?.busy_operation_id == null) return found;
  await waitForEnd(parts, found.busy_operation_id);
  return findVm(parts.deps, action);
}

/** Describes a step that stops a member to the arbiter. */
async function purposeOf(deps: ResourceDeps, parentId: string, row: VmRow) {
  return {
    who: 'vm-groups',
    class: await classWithin(deps, parentId, 'maintenance'),
    target: targetOf(row),
    parentId,
    patienceMs: DOWN_MS_MAX,
  };
}

function targetOf(row: VmRow): Extract<Purpose['target'], { readonly kind: 'vm' }> {
  const observed = observedOf(row);
  const isUnhealthy = healthOf(observed)?.state === 'unhealthy';
  const serving = isUnhealthy ? 'interrupts' : 'stops';
  const effect = observed.status === 'running' ? serving : 'none';
  return { kind: 'vm', row, effect, priority: desiredAs(row, VmSpec).priority };
}

const prepareMemberUpdate: Check<ParsedInputOf<'vm.update'>> = async (input, scope) =>
  extendPlan(await prepareVmUpdate(input, scope), (write) =>
    withBaselineChanged(write, Object.keys(input), scope),
  );

const prepareChange = keepFailoverRoom(prepareMemberUpdate);
const prepareChangeBack = useFailoverRoom(prepareMemberUpdate);

/**
 * The old member is deleted before the new one is created: it has the name, and room of its node.
 * It stays where policies refuse the new one, which they are asked as for a step of NovaCron's own.
 */
async function replaceMember(
  parts: ResourceStepParts,
  operationId: string,
  action: ReplaceStepAction,
): Promise<StepOutcome> {
  const { deps } = parts;
  const { tenantId, vmId, groupId: group_id, ordinal } = action;
  const [member] = await deps.store.read({
    from: 'vm_group_members',
    where: { group_id, ordinal },
  });
  const vm = member && (await findVm(deps, { vmId: member.id, tenantId }));
  if (vm !== undefined && vm.id !== vmId) {
    // An earlier attempt has created it.
    if (vm.busy_operation_id === null) return { kind: 'succeeded' };
    await waitForEnd(parts, vm.busy_operation_id);
    return outcomeOf(deps, vm.busy_operation_id);
  }
  // Parsed by the contract when the group's change was admitted.
  const input = action.input as VmInput;
  const context = platformContext(deps, tenantId, 'autoscaler');
  if (vm !== undefined) {
    const refused = await refuseNext(deps, { context, input, name: vm.name });
    if (refused !== undefined) return toFailedStep(refused);
    const ended = await endMember(parts, operationId, { vmId: vm.id, context });
    if (ended.kind === 'failed') return ended;
  }
  const prepare: Check<VmInput> = async (input, scope) =>
    extendPlan(await prepareMember(input, scope), async (write) => {
      const owned = adoptMember(write, { groupId: group_id, ordinal, tenantId });
      // A server of the previous release, which does not know groups, leaves the member row of a VM
      // that it deletes.
      const leftover = { kind: 'drop', from: 'vm_group_members', id: vmId } as const;
      const made = { ...owned, saga: concatSagas({ reserve: [leftover] }, owned.saga) };
      const deployment = await deploymentOf(deps.store, group_id);
      return withBaseline(made, scope, { deployment, fields: made.wanted });
    });
  return runChildOperation(parts, await admitWrite('vm.create', input, prepare, deps, context));
}

/** Deletes a member that another VM replaces. */
async function endMember(
  parts: ResourceStepParts,
  operationId: string,
  { vmId, context }: { readonly vmId: string; readonly context: CallContext },
): Promise<StepOutcome> {
  const row = await findIdle(parts, { vmId, tenantId: context.principal.tenantId });
  if (row === undefined) return { kind: 'succeeded' };
  return runStep(parts, {
    ...(await purposeOf(parts.deps, operationId, row)),
    name: 'vm.delete',
    input: { id: row.id },
    prepare: prepareVmDelete,
    context,
  });
}

const prepareMember = keepFailoverRoom(prepareVmCreate);

/** Refusals of the new member by policies; asked while the old one still exists. */
async function refuseNext(
  deps: ResourceDeps,
  asked: { readonly context: CallContext; readonly input: VmInput; readonly name: string },
): Promise<Problem | undefined> {
  const { context, input, name } = asked;
  const { problem } = await deps.verdicts.decide(context, {
    operation: 'vm.create',
    resourceKind: 'vm',
    target: { id: '', name },
    before: null,
    wanted: fillDefaults(VM_FIELDS, input),
    unknown: [],
  });
  if (problem !== undefined) await auditRefusal(deps, context, 'vm.create', input, problem);
  return problem;
}

async function findVm(
  { store }: ResourceDeps,
  { vmId, tenantId }: Pick<MemberStepAction, 'vmId' | 'tenantId'>,
) {
  const [row] = await store.read({ from: 'vms', where: { id: vmId, tenant_id: tenantId } });
  return row;
}
