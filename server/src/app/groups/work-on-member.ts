/**
 * Carries out the steps of operations of VM groups: each is an operation of the member's own. They
 * may be repeated: what an earlier try has begun is waited for, and a member that is gone, or is
 * what it shall be, is done.
 */
import type { VmId } from '@novacron/contract/ids';
import type { InstanceDeps } from '../deps.ts';
import type {
  AwaitStepAction,
  MemberStepAction,
  StepOutcome,
} from '../operations/operation-definition.ts';
import {
  type MigrationParts,
  outcomeOf,
  platformContext,
  waitForEnd,
} from '../optimizer/migrate-vm.ts';
import { prepareVmDelete } from '../resources/prepare-vm-delete.ts';
import { prepareVmUpdate } from '../resources/prepare-vm-update.ts';
import { admitWrite } from '../write.ts';

/** Waits for an operation of a member, or changes or ends the member; says how that went. */
export async function workOnMember(
  parts: MigrationParts,
  action: AwaitStepAction | MemberStepAction,
): Promise<StepOutcome> {
  try {
    if (action.kind === 'change-member') return await changeMember(parts, action);
    await waitForEnd(parts, action.operationId);
    return await outcomeOf(parts.deps, action.operationId);
  } catch (cause) {
    parts.deps.logger.warn({ action, cause }, 'a step of a VM group could not be tried');
    return { kind: 'failed', message: 'the member could not be looked at', next: 'retry' };
  }
}

async function changeMember(parts: MigrationParts, action: MemberStepAction): Promise<StepOutcome> {
  const { deps } = parts;
  const found = await findVm(deps, action);
  if (found?.busy_operation_id != null) await waitForEnd(parts, found.busy_operation_id);
  const row = found?.busy_operation_id == null ? found : await findVm(deps, action);
  if (row === undefined) return { kind: 'succeeded' };
  // The id is the store's own, so it was parsed before it was written.
  const id = row.id as VmId;
  const context = platformContext(deps, action.tenantId, 'autoscaler');
  const admitted =
    action.fields === null
      ? await admitWrite('vm.delete', { id }, prepareVmDelete, deps, context)
      : await admitWrite('vm.update', { ...action.fields, id }, prepareVmUpdate, deps, context);
  if (!admitted.ok) {
    const { code, detail } = admitted.error;
    const mayPass = code === 'conflict' || code === 'unavailable';
    return { kind: 'failed', message: detail, next: mayPass ? 'retry' : 'final' };
  }
  const { operation } = admitted.value;
  if (operation.status === 'running') parts.executor.start(operation);
  await waitForEnd(parts, operation.id);
  return outcomeOf(deps, operation.id);
}

async function findVm({ store }: InstanceDeps, { vmId, tenantId }: MemberStepAction) {
  const [row] = await store.read({ from: 'vms', where: { id: vmId, tenant_id: tenantId } });
  return row;
}
