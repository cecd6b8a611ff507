import { admitWrite } from '../../kernel/admission/admit-write.ts';
import { runChildOperation, waitForEnd } from '../../kernel/admission/child-operation-step.ts';
import type {
  MigrateStepAction,
  StepOutcome,
} from '../../kernel/definitions/operation-definition.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import { useFailoverRoom } from '../../resources/vm/failover/keep-failover-room.ts';
import { prepareVmMigrate } from '../../resources/vm/migrate/prepare-vm-migrate.ts';
import { observedOf } from '../../rows/answer-resource.ts';
import type { CapabilityDeps, CapabilityStepParts } from '../deps.ts';

/** Migrates a VM, and returns the outcome. */
export async function migrateVm(
  parts: CapabilityStepParts,
  action: MigrateStepAction,
): Promise<StepOutcome> {
  try {
    return await moveOnce(parts, action);
  } catch (cause) {
    parts.deps.logger.warn({ vm: action.vmId, cause }, 'a migration of a plan failed unexpectedly');
    return { kind: 'failed', message: `${action.vmId} could not be read`, next: 'retry' };
  }
}

/** The plan of the moves has kept room free for the VMs of lost nodes. */
const prepareMove = useFailoverRoom(prepareVmMigrate);

async function moveOnce(
  parts: CapabilityStepParts,
  action: MigrateStepAction,
): Promise<StepOutcome> {
  const { deps } = parts;
  const found = await findVm(deps, action);
  if (found?.busy_operation_id != null) await waitForEnd(parts, found.busy_operation_id);
  const row = found?.busy_operation_id == null ? found : await findVm(deps, action);
  if (row === undefined || observedOf(row).node !== action.from) return { kind: 'succeeded' };
  const admitted = await admitWrite(
    'vm.migrate',
    { id: row.id, node: action.to },
    prepareMove,
    deps,
    platformContext(deps, action.tenantId, 'migration'),
  );
  return runChildOperation(parts, admitted);
}

async function findVm({ store }: CapabilityDeps, { vmId, tenantId }: MigrateStepAction) {
  const [row] = await store.read({ from: 'vms', where: { id: vmId, tenant_id: tenantId } });
  return row;
}
