/**
 * Gives VMs more memory or CPU that restarts have not helped and whose guests have run out of it,
 * as far as their owners allow (`healing.grow_to`). One server does it, under the lease.
 */

import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { explainGap, explainGrowth } from '@novacron/engine/healing/escalate/explain-escalation';
import type { Growth, GrowthGap } from '@novacron/engine/healing/escalate/model/escalation';
import { planEscalation } from '@novacron/engine/healing/escalate/plan-escalation';
import { limitOf } from '@novacron/engine/healing/outcomes/rules/ladder';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { beginWrite } from '../../kernel/arbitration/begin-write.ts';
import type { BeginParts } from '../../kernel/arbitration/platform-write.ts';
import { type RefusedWrites, refusedWrites } from '../../kernel/arbitration/refused-writes.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { extendPlan } from '../../kernel/write/checked-write.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import type { Check } from '../../resources/scope.ts';
import { keepFailoverRoom } from '../../resources/vm/failover/keep-failover-room.ts';
import { readPendingRestart } from '../../resources/vm/update/pending-restart.ts';
import { prepareVmGrowth } from '../../resources/vm/update/prepare-vm-update.ts';
import { restartWindowOf } from '../../resources/vm/update/restart-window.ts';
import { restartsForGrowth } from '../../resources/vm/update/restarts-for-growth.ts';
import { desiredAs, mapReadable } from '../../rows/answer-resource.ts';
import { isOff } from '../../rows/observed-machine.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { findUndoneGrowths } from './find-undone-growths.ts';
import { faultOfGivenUp, GROWTH, toGivenUpVm } from './given-up-vms.ts';
import { type GuestSignMemory, rememberGuestSigns } from './guest-signs.ts';

/** Interval between checks; agents measure at the same interval. Unit: ms. */
const LOOK_MS = 30_000;

/** VMs that grow at a time in the fleet: a fault that many share is hardly cured by memory. */
const GROWING_MAX = 4;

/** Unhealthy and stopped VMs that a round looks at. */
const VMS_MAX = 5_000;

interface Parts extends BeginParts<CapabilityDeps> {
  readonly signs: GuestSignMemory;
  readonly refusals: RefusedWrites;
}

/** Gives VMs another size. */
export function vmGrowth(own: BeginParts<CapabilityDeps>): Reconciler {
  const signs = rememberGuestSigns(own.deps);
  const refusals = refusedWrites(own.deps, 'vm.not_grown');
  const parts: Parts = { ...own, signs, refusals };
  return {
    name: 'vm-growth',
    summary: 'Grows VMs that stay unhealthy after restarts, within their limits.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      await growSome(parts, budget);
      return undefined;
    },
  };
}

async function growSome(parts: Parts, budget: ReconcilerBudget): Promise<void> {
  const { deps, signs, refusals } = parts;
  const { unhealthy, stopped } = await deps.store.snapshot({
    unhealthy: { from: 'vms', where: { health: 'unhealthy' }, limit: VMS_MAX, damaged: 'blank' },
    stopped: { from: 'vms', where: { status: 'stopped' }, limit: VMS_MAX, damaged: 'blank' },
  });
  signs.observe(unhealthy);
  const idle = [...unhealthy, ...stopped].filter(({ busy_operation_id: id }) => id === null);
  const rows = new Map<string, VmRow>(idle.map((row) => [row.id, row]));
  refusals.keepOnly(rows);
  const given = mapReadable([...rows.values()], (row) => {
    const fault = faultOfGivenUp(row);
    return fault !== undefined && desiredAs(row, VmSpec).power_state === 'running'
      ? [{ row, fault }]
      : [];
  }).flat();
  if (given.length === 0) return;
  const undone = await findUndoneGrowths(
    deps,
    given.map(({ row: { id } }) => id),
  );
  const vms = given.map(({ row, fault }) => {
    const { id } = row;
    const notBeforeMs = laterOf(refusals.notBeforeMs(id), undone.get(id));
    return toGivenUpVm(row, fault, { signs: signs.of(row), notBeforeMs });
  });
  const growing = await countGrowing(deps);
  const plan = planEscalation(
    { vms, growing, growingMax: GROWING_MAX },
    { nowMs: deps.clock.nowMs() },
  );
  for (const growth of plan.begin) {
    const row = rows.get(growth.vm.id);
    if (row === undefined || !budget.mayContinue()) break;
    await growOne(parts, budget, { growth, row });
  }
  for (const { vm, why } of plan.left) {
    const row = rows.get(vm.id);
    // One whose owner asks for no growth lacks nothing: an event would be noise.
    if (row === undefined || why === 'not_allowed' || !budget.mayContinue()) continue;
    await refusals.say(row, staysAsItIs(row, why), budget.guard);
  }
}

function laterOf(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
}

async function countGrowing({ store }: CapabilityDeps): Promise<number> {
  const claims = await store.read({ from: 'arbiter_claims', where: { who: GROWTH } });
  const ids = claims.flatMap(({ operation_id: id }) => id ?? []);
  if (ids.length === 0) return 0;
  const running = await store.read({
    from: 'operations',
    where: { id: { in: ids }, status: 'running' },
    damaged: 'blank',
  });
  return running.length;
}

type Input = ParsedInputOf<'vm.update'>;

async function growOne(
  parts: Parts,
  { guard }: ReconcilerBudget,
  { growth, row }: { readonly growth: Growth; readonly row: VmRow },
): Promise<void> {
  const { deps, refusals } = parts;
  const note = explainGrowth(growth);
  const input = toInput(growth, row);
  const context = platformContext(deps, row.tenant_id, 'healer');
  const nowMs = deps.clock.nowMs();
  const isRestarted = await restartsForGrowth(deps.store, row, input);
  const blocked = await findBlock(deps, { row, isRestarted, nowMs });
  if (blocked !== undefined) {
    await refusals.say(row, blocked, guard);
    return;
  }
  deps.logger.info({ vm: row.id }, note);
  const begun = await beginWrite(parts, {
    who: GROWTH,
    class: 'recovery',
    target: {
      kind: 'vm',
      row,
      effect: isRestarted ? 'interrupts' : 'none',
      priority: growth.vm.priority,
    },
    guard,
    limitMs: limitOf('grow'),
    name: 'vm.update',
    input,
    prepare: withNote(note),
    context,
  });
  await refusals.note(row, begun, guard);
}

/** A VM that has stopped is started with its new size. */
function toInput({ vm, to }: Growth, row: VmRow): Input {
  return {
    id: row.id,
    restart: 'allowed',
    ...(to.memoryGb === vm.size.memoryGb ? {} : { memory_gb: to.memoryGb }),
    ...(to.cpuCores === vm.size.cpuCores ? {} : { cpu_cores: to.cpuCores }),
    ...(isOff(row) ? { power_state: 'running' as const } : {}),
  };
}

function withNote(note: string): Check<Input> {
  return keepFailoverRoom(async (input, scope) =>
    extendPlan(await prepareVmGrowth(input, scope), (write) => ({ ...write, note })),
  );
}

/** Explains why a VM cannot be restarted now; undefined if it can, or need not be restarted. */
async function findBlock(
  { store }: CapabilityDeps,
  {
    row,
    isRestarted,
    nowMs,
  }: { readonly row: VmRow; readonly isRestarted: boolean; readonly nowMs: number },
): Promise<Problem | undefined> {
  const window = isRestarted ? restartWindowOf(desiredAs(row, VmSpec)) : undefined;
  if (window !== undefined && window.openedAt(nowMs) === undefined) {
    const nextMs = window.nextAfter(nowMs);
    const opens = nextMs === undefined ? 'does not open again' : `opens at ${toTimestamp(nextMs)}`;
    return waits(row, `its node cannot do that while it runs, and its restart window ${opens}`);
  }
  if ((await readPendingRestart(store, row.id)) === undefined) return undefined;
  return waits(row, 'a change of it waits for its restart window');
}

function waits({ name, id }: VmRow, why: string): Problem {
  return problem('conflict', {
    detail: `The VM ${name} is waiting for more memory or CPU: ${why}.`,
    remedy: `To resize it now: novacron vm update ${id} --restart allowed.`,
    data: { reason: 'restart_window' },
  });
}

function staysAsItIs({ name, id }: VmRow, why: GrowthGap): Problem {
  return problem('conflict', {
    detail: `${explainGap(name, why)}.`,
    remedy: `Find out which resource its guest is short of: novacron vm console ${id}.`,
    data: { reason: why },
  });
}
