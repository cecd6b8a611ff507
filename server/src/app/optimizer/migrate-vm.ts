/**
 * Carries out one move of a plan as a migration of its own. It may be repeated: what an earlier try
 * has begun is waited for, and a VM that has arrived, left by itself or was deleted is done.
 */
import type { CauseKind } from '@novacron/contract/drift';
import type { TenantId, VmId } from '@novacron/contract/ids';
import type { CallContext } from '../application.ts';
import type { InstanceDeps } from '../deps.ts';
import { platformCaller } from '../healing/platform-caller.ts';
import type { OperationExecutor } from '../operations/execute-operations.ts';
import type { MigrateStepAction, StepOutcome } from '../operations/operation-definition.ts';
import { observedOf } from '../resources/answer-resource.ts';
import { prepareVmMigrate } from '../resources/prepare-vm-migrate.ts';
import { admitWrite } from '../write.ts';

/** A migration takes no longer: one attempt at its slowest step, and all its attempts at others. */
const MIGRATION_MS_MAX = 2 * 3_600_000;

/** What moving needs. */
export interface MigrationParts {
  readonly deps: InstanceDeps;
  readonly executor: Pick<OperationExecutor, 'start' | 'waitForEnd'>;
}

/** Moves a VM, and says how that ended. */
export async function migrateVm(
  parts: MigrationParts,
  action: MigrateStepAction,
): Promise<StepOutcome> {
  try {
    return await moveOnce(parts, action);
  } catch (cause) {
    parts.deps.logger.warn({ vm: action.vmId, cause }, 'a move of a plan could not be tried');
    return { kind: 'failed', message: `${action.vmId} could not be looked at`, next: 'retry' };
  }
}

async function moveOnce(parts: MigrationParts, action: MigrateStepAction): Promise<StepOutcome> {
  const { deps } = parts;
  const found = await findVm(deps, action);
  if (found?.busy_operation_id != null) await waitForEnd(parts, found.busy_operation_id);
  const row = found?.busy_operation_id == null ? found : await findVm(deps, action);
  if (row === undefined || observedOf(row).node !== action.from) return { kind: 'succeeded' };
  const admitted = await admitWrite(
    'vm.migrate',
    // The id is the store's own, so it was parsed before it was written.
    { id: row.id as VmId, node: action.to },
    prepareVmMigrate,
    deps,
    platformContext(deps, action.tenantId, 'migration'),
  );
  if (!admitted.ok) {
    const { code, detail } = admitted.error;
    const mayPass = code === 'conflict' || code === 'unavailable';
    return { kind: 'failed', message: detail, next: mayPass ? 'retry' : 'final' };
  }
  const { operation } = admitted.value;
  parts.executor.start(operation);
  await waitForEnd(parts, operation.id);
  return outcomeOf(deps, operation.id);
}

async function findVm({ store }: InstanceDeps, { vmId, tenantId }: MigrateStepAction) {
  const [row] = await store.read({ from: 'vms', where: { id: vmId, tenant_id: tenantId } });
  return row;
}

/** Waits for the end of an operation, not for ever. */
export async function waitForEnd({ executor }: MigrationParts, operationId: string): Promise<void> {
  const { signal } = new AbortController();
  await executor.waitForEnd(operationId, { timeoutMs: MIGRATION_MS_MAX, signal });
}

/** How an operation ended, as the outcome of the step that waited for it. */
export async function outcomeOf(
  { store }: InstanceDeps,
  operationId: string,
): Promise<StepOutcome> {
  const [row] = await store.read({ from: 'operations', where: { id: operationId } });
  if (row?.status === 'succeeded') return { kind: 'succeeded' };
  if (row === undefined || row.problem_json === null) {
    return { kind: 'failed', message: `${operationId} has not ended in time`, next: 'retry' };
  }
  const { detail } = JSON.parse(row.problem_json);
  return { kind: 'failed', message: String(detail), next: 'final' };
}

/** NovaCron itself, in the tenant that a VM belongs to. */
export function platformContext(
  deps: InstanceDeps,
  tenantId: string,
  kind: CauseKind,
): CallContext {
  const { principal, client, requestId } = platformCaller(deps, tenantId, kind);
  return {
    principal: { ...principal, id: principal.name, role: 'admin', tenantId: tenantId as TenantId },
    requestId: requestId as CallContext['requestId'],
    client,
    deployment: 'default',
    signal: new AbortController().signal,
  };
}
