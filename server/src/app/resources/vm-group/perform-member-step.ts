/**
 * Performs the steps of operations of VM groups: each is an operation of the member. They are
 * idempotent: an operation that an earlier attempt started is waited for, and a member that is
 * deleted or as desired is skipped.
 */

import type { JsonObject } from '@novacron/contract/json';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok } from '@novacron/contract/result';
import { admitWrite } from '../../kernel/admission/admit-write.ts';
import {
  outcomeOf,
  runChildOperation,
  toFailedStep,
  waitForEnd,
} from '../../kernel/admission/child-operation-step.ts';
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
import type { ResourceDeps } from '../deps.ts';
import type { Prepare, ResourceStepParts } from '../scope.ts';
import { prepareVmCreate } from '../vm/create/prepare-vm-create.ts';
import { prepareVmDelete } from '../vm/delete/prepare-vm-delete.ts';
import { keepFailoverRoom, useFailoverRoom } from '../vm/failover/keep-failover-room.ts';
import { prepareVmUpdate } from '../vm/update/prepare-vm-update.ts';
import { adoptMember } from './adopt-member.ts';
import { deploymentOf, withBaseline, withBaselineChanged } from './member-baseline.ts';

type VmInput = ParsedInputOf<'vm.create'> & JsonObject;

/** Waits for an operation of a member, or changes, deletes or replaces it; returns the outcome. */
export async function performMemberStep(
  parts: ResourceStepParts,
  action: GroupStepAction,
): Promise<StepOutcome> {
  try {
    if (action.kind === 'change-member') return await changeMember(parts, action);
    if (action.kind === 'replace-member') return await replaceMember(parts, action);
    await waitForEnd(parts, action.operationId);
    return await outcomeOf(parts.deps, action.operationId);
  } catch (cause) {
    parts.deps.logger.warn({ action, cause }, 'a step of a VM group failed unexpectedly');
    return { kind: 'failed', message: 'the member could not be read', next: 'retry' };
  }
}

async function changeMember(
  parts: ResourceStepParts,
  action: MemberStepAction,
): Promise<StepOutcome> {
  const { deps } = parts;
  const found = await findVm(deps, action);
  if (found?.busy_operation_id != null) await waitForEnd(parts, found.busy_operation_id);
  const row = found?.busy_operation_id == null ? found : await findVm(deps, action);
  if (row === undefined) return { kind: 'succeeded' };
  const id = row.id;
  const context = platformContext(deps, action.tenantId, 'autoscaler');
  const prepare = action.failoverRoom === 'use' ? prepareChangeBack : prepareChange;
  const admitted =
    action.fields === null
      ? await admitWrite('vm.delete', { id }, prepareVmDelete, deps, context)
      : await admitWrite('vm.update', { ...action.fields, id }, prepare, deps, context);
  return runChildOperation(parts, admitted);
}

const prepareMemberUpdate: Prepare<ParsedInputOf<'vm.update'>> = async (input, scope) => {
  const prepared = await prepareVmUpdate(input, scope);
  if (!prepared.ok) return prepared;
  return ok(await withBaselineChanged(prepared.value, Object.keys(input), scope));
};

const prepareChange = keepFailoverRoom(prepareMemberUpdate);
const prepareChangeBack = useFailoverRoom(prepareMemberUpdate);

/**
 * The old member is deleted before the new one is created: it has the name, and room of its node.
 * It stays where policies refuse the new one, which they are asked as for a step of NovaCron's own.
 */
async function replaceMember(
  parts: ResourceStepParts,
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
    const ended = await changeMember(parts, {
      kind: 'change-member',
      vmId,
      tenantId,
      fields: null,
    });
    if (ended.kind === 'failed') return ended;
  }
  const prepare: Prepare<VmInput> = async (input, scope) => {
    const prepared = await prepareMember(input, scope);
    if (!prepared.ok) return prepared;
    const owned = adoptMember(prepared.value, { groupId: group_id, ordinal, tenantId });
    // A server of the previous release, which does not know groups, leaves the member row of a VM
    // that it deletes.
    const leftover = { kind: 'drop', from: 'vm_group_members', id: vmId } as const;
    const made = { ...owned, saga: concatSagas({ reserve: [leftover] }, owned.saga) };
    const deployment = await deploymentOf(deps.store, group_id);
    return ok(withBaseline(made, scope, { deployment, fields: made.wanted }));
  };
  return runChildOperation(parts, await admitWrite('vm.create', input, prepare, deps, context));
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
    wanted: input,
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
