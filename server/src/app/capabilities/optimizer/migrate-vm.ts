import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { waitForEnd } from '../../kernel/admission/child-operation-step.ts';
import { classWithin, runStep } from '../../kernel/arbitration/begin-step.ts';
import type {
  MigrateStepAction,
  StepOutcome,
} from '../../kernel/definitions/operation-definition.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import { useFailoverRoom } from '../../resources/vm/failover/keep-failover-room.ts';
import { prepareVmMigrate } from '../../resources/vm/migrate/prepare-vm-migrate.ts';
import { desiredAs, observedOf } from '../../rows/answer-resource.ts';
import type { CapabilityDeps, CapabilityStepParts } from '../deps.ts';

/** Migrates a VM for the plan of an operation, and returns the outcome. */
export async function migrateVm(
  parts: CapabilityStepParts,
  operationId: string,
  action: MigrateStepAction,
): Promise<StepOutcome> {
  try {
    return await moveOnce(parts, operationId, action);
  } catch (cause) {
    parts.deps.logger.warn({ vm: action.vmId, cause }, 'a migration of a plan failed unexpectedly');
    return { kind: 'failed', message: `${action.vmId} could not be read`, next: 'retry' };
  }
}

/** The plan of the moves has kept room free for the VMs of lost nodes. */
const prepareMove = useFailoverRoom(prepareVmMigrate);

async function moveOnce(
  parts: CapabilityStepParts,
  operationId: string,
  action: MigrateStepAction,
): Promise<StepOutcome> {
  const { deps } = parts;
  const found = await findVm(deps, action);
  if (found?.busy_operation_id != null) await waitForEnd(parts, found.busy_operation_id);
  const row = found?.busy_operation_id == null ? found : await findVm(deps, action);
  if (row === undefined || observedOf(row).node !== action.from) return { kind: 'succeeded' };
  return runStep(parts, {
    who: 'fleet-plans',
    class: await classWithin(deps, operationId, 'maintenance'),
    // It runs all the time.
    target: { kind: 'vm', row, effect: 'none', priority: desiredAs(row, VmSpec).priority },
    parentId: operationId,
    name: 'vm.migrate',
    input: { id: row.id, node: action.to },
    prepare: prepareMove,
    context: platformContext(deps, action.tenantId, 'migration'),
  });
}

async function findVm({ store }: CapabilityDeps, { vmId, tenantId }: MigrateStepAction) {
  const [row] = await store.read({ from: 'vms', where: { id: vmId, tenant_id: tenantId } });
  return row;
}
