/** Steps of plans for the fleet: each is the migration of one VM. */
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { OPERATION_STATUSES_FINAL } from '@novacron/contract/operation/operation';
import type { PlacementPurpose } from '@novacron/contract/placement/placement';
import { beginStep, classWithin } from '../../kernel/arbitration/begin-step.ts';
import type {
  MigrateStepAction,
  StepOutcome,
} from '../../kernel/definitions/operation-definition.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import { CHILD_WAIT_MS, outcomeOf, waitForEnd } from '../../kernel/write/child-operation-step.ts';
import type { CapabilityDeps, CapabilityStepParts } from '../../platform/deps.ts';
import { useFailoverRoom } from '../../resources/vm/failover/keep-failover-room.ts';
import { prepareVmMigrate } from '../../resources/vm/migrate/prepare-vm-migrate.ts';
import { desiredAs, observedOf } from '../../rows/answer-resource.ts';

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
const prepareMove = (purpose: PlacementPurpose) =>
  useFailoverRoom<Parameters<typeof prepareVmMigrate>[0]>((input, scope) =>
    prepareVmMigrate({ ...input, purpose }, scope),
  );

async function moveOnce(
  parts: CapabilityStepParts,
  operationId: string,
  action: MigrateStepAction,
): Promise<StepOutcome> {
  const { deps } = parts;
  const found = await findVm(deps, action);
  const busy = found?.busy_operation_id ?? null;
  if (busy !== null && (await waitUnlessLost(parts, busy, action)) === 'lost') return lost(action);
  const row = busy === null ? found : await findVm(deps, action);
  if (row === undefined || observedOf(row).node !== action.from) return { kind: 'succeeded' };
  if (await isLost(deps, action)) return lost(action);
  const begun = await beginStep(parts, {
    who: 'fleet-plans',
    class: await classWithin(deps, operationId, 'maintenance'),
    // It runs all the time.
    target: { kind: 'vm', row, effect: 'none', priority: desiredAs(row, VmSpec).priority },
    parentId: operationId,
    name: 'vm.migrate',
    input: { id: row.id, node: action.to },
    prepare: prepareMove(await purposeOf(deps, operationId)),
    context: platformContext(deps, action.tenantId, 'migration'),
  });
  if (begun.kind === 'failed') return begun;
  const { id } = begun.operation;
  return (await waitUnlessLost(parts, id, action)) === 'lost' ? lost(action) : outcomeOf(deps, id);
}

/** Returns the purpose of an operation's plan. */
async function purposeOf({ store }: CapabilityDeps, id: string): Promise<PlacementPurpose> {
  const [operation] = await store.read({
    from: 'operations',
    where: { id, kind: 'node.drain' },
    damaged: 'blank',
  });
  return operation === undefined ? 'optimize' : 'drain';
}

/** Interval at which a step checks whether the source node of its VM still exists. Unit: ms. */
const LOOK_MS = 5_000;

/**
 * Waits for the end of an operation, up to two hours. The migration of a VM of a lost node goes on
 * until the node is back, or until a recovery ends it: its plan does not wait for that.
 */
async function waitUnlessLost(
  parts: CapabilityStepParts,
  operationId: string,
  action: MigrateStepAction,
): Promise<'waited' | 'lost'> {
  const { store, clock } = parts.deps;
  const untilMs = clock.nowMs() + CHILD_WAIT_MS;
  for (;;) {
    const beganMs = clock.nowMs();
    await waitForEnd(parts, operationId, LOOK_MS);
    const where = { id: operationId, status: { in: [...OPERATION_STATUSES_FINAL] } };
    const [ended] = await store.read({ from: 'operations', where, damaged: 'blank' });
    const nowMs = clock.nowMs();
    // It does not run on this server, or this server stops: the step is tried again.
    const isCutShort = nowMs - beganMs < LOOK_MS;
    if (ended !== undefined || isCutShort || nowMs >= untilMs) return 'waited';
    if (await isLost(parts.deps, action)) return 'lost';
  }
}

async function isLost({ store }: CapabilityDeps, { from }: MigrateStepAction): Promise<boolean> {
  const [node] = await store.read({ from: 'nodes', where: { name: from, status: 'lost' } });
  return node !== undefined;
}

function lost({ from }: MigrateStepAction): StepOutcome {
  const message =
    `node ${from} was lost, so no VM can be moved off it: NovaCron recovers its VMs once it is ` +
    'known to be off, or they continue when it is back';
  return { kind: 'failed', message, next: 'final' };
}

async function findVm({ store }: CapabilityDeps, { vmId, tenantId }: MigrateStepAction) {
  const [row] = await store.read({ from: 'vms', where: { id: vmId, tenant_id: tenantId } });
  return row;
}
