/**
 * Plans the accounting of a VM that takes the room of spot VMs. Both count until its operation
 * ends:
 * the spot VMs keep what the new VM does not need of their room, so that they have all of it again
 * if the create fails, whatever other VMs have taken in the meantime.
 */
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { Amounts } from '@novacron/engine/placement/place/model/placement';
import type { Change, ChangeSet } from '../../../../ports/store.ts';
import type { AllocationRow } from '../../../../ports/tables/allocation-row.ts';
import type { NodeRow } from '../../../../ports/tables/node-row.ts';
import { chargeOfVms, rechargeTenant, refundTenant } from '../../../access/quota/tenant-quota.ts';
import { claimVictims } from '../../../kernel/arbitration/choose-victims.ts';
import { auditChange } from '../../../kernel/audit/audit.ts';
import type { OperationStepDefinition } from '../../../kernel/definitions/operation-definition.ts';
import { eventChange } from '../../../kernel/events/events.ts';
import { platformCaller } from '../../../kernel/operations/platform-caller.ts';
import { concatSagas, type Saga } from '../../../kernel/operations/saga.ts';
import { requireNoNewVolumeWork } from '../../../kernel/operations/volume-lock.ts';
import { changeIdle, releaseVm } from '../../../kernel/resource-rows/new-row.ts';
import type { PreemptingPlace, Victim } from '../../../placement/decide/find-preemption.ts';
import { observedOf } from '../../../rows/answer-resource.ts';
import { withoutHalt } from '../../../rows/observed-machine.ts';
import { replan } from '../../../rows/resource-problems.ts';
import {
  amountsHeldBy,
  amountsOf,
  negate,
  positivePart,
  smallest,
  subtract,
  takeFromNode,
} from '../../../rows/vm-amounts.ts';
import type { WriteScope } from '../../scope.ts';

/**
 * Plans the end of spot VMs on a node. Comes before the part of the create that reserves the new
 * VM's room.
 * @param to - the VM they make room for, and its node
 * @returns an empty saga where there are none
 */
export function planPreempting(
  to: Pick<PreemptingPlace, 'victims' | 'stoppable'> & {
    readonly spec: VmSpec;
    readonly node: NodeRow;
  },
  scope: WriteScope,
): Saga {
  const parts = shareOut(to.victims, amountsOf(to.spec)).map((share, at) =>
    planVictim(share, { node: to.node.name, at }, scope),
  );
  if (to.stoppable === undefined) return concatSagas(...parts);
  const { tenantId } = scope.context.principal;
  return concatSagas({ reserve: claimVictims(to.stoppable, { ...scope, tenantId }) }, ...parts);
}

/** The amounts that a victim gives to the new VM at once, and those that it keeps until the end. */
interface Share {
  readonly victim: Victim;
  readonly gives: Amounts;
  readonly keeps: Amounts;
}

function shareOut(victims: readonly Victim[], taken: Amounts): readonly Share[] {
  let open = { ...taken, diskGb: 0 };
  return victims.map((victim) => {
    const held = { ...amountsHeldBy(victim.allocation), diskGb: 0 };
    const gives = smallest(open, held);
    open = positivePart(subtract(open, gives));
    return { victim, gives, keeps: subtract(held, gives) };
  });
}

function planVictim(
  { victim, gives, keeps }: Share,
  to: { readonly node: string; readonly at: number },
  scope: WriteScope,
): Partial<Saga> {
  const { row, allocation, rules } = victim;
  const { tenant_id: tenantId } = row;
  const observed = observedOf(row);
  const vmId = row.id;
  const agent = { kind: 'agent', node: to.node, vmId, generation: row.generation + 1 } as const;
  const step: OperationStepDefinition = {
    // Not its name: it may be another tenant's, and steps are shown.
    name: `preempt-${to.at + 1}`,
    after: [],
    action: { ...agent, action: { kind: 'stop' } },
    undo: { ...agent, action: { kind: 'start' } },
  };
  const giving = [refundNode(allocation, gives), ...refundTenant(tenantId, chargeOfVms(0, gives))];
  return {
    steps: [step],
    reserve: [
      changeIdle('vm', row, {
        generation: row.generation + 1,
        busy_operation_id: scope.operationId,
      }),
      requireNoNewVolumeWork(row, rules),
      holdOnly(allocation, keeps),
      ...giving,
    ],
    finalize: [
      releaseVm(row.id, { ...withoutHalt(observed), status: 'preempted' }),
      holdOnly(allocation, { cpuCores: 0, memoryMib: 0 }),
      refundNode(allocation, keeps),
      ...refundTenant(tenantId, chargeOfVms(0, keeps)),
      ...recordPreemption(victim, to.node, scope),
    ],
    rollback: [
      releaseVm(row.id, observed),
      holdOnly(allocation, amountsHeldBy(allocation)),
      refundNode(allocation, negate(gives)),
      ...rechargeTenant(tenantId, chargeOfVms(0, gives)),
    ],
    release: [releaseVm(row.id, { ...observed, status: 'unknown' })],
  };
}

function holdOnly(allocation: AllocationRow, amounts: Omit<Amounts, 'diskGb'>): Change {
  return {
    kind: 'update',
    table: 'allocations',
    id: allocation.id,
    set: { cpu_cores: amounts.cpuCores, memory_mib: amounts.memoryMib },
    otherwise: replan('The allocation'),
  };
}

function refundNode(allocation: AllocationRow, amounts: Amounts): Change {
  return takeFromNode(allocation.node_id, negate(amounts), 0, replan('The node'));
}

/** Informs the VM's own tenant why it does not run, without naming the new VM. */
function recordPreemption({ row }: Victim, node: string, { deps }: WriteScope): ChangeSet {
  const { id, name, tenant_id: tenantId } = row;
  return [
    auditChange(deps, platformCaller(deps, tenantId), {
      operation: 'vm.preempted',
      outcome: 'done',
      resourceKind: 'vm',
      target: { id, name },
      changes: { status: { was: 'running', is: 'preempted' } },
    }),
    eventChange(deps, {
      tenantId,
      type: 'vm.preempted',
      source: 'platform',
      target: id,
      priority: 'high',
      data: { name, node, reason: 'a VM that is no spot VM needs its room' },
    }),
  ];
}
