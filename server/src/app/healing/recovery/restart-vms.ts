/**
 * Starts VMs again that stopped by themselves, as their restart policies say, and gives up those
 * that stop again and again. One server does it, under the lease.
 */
import { Event } from '@novacron/contract/events/event';
import type { JsonObject } from '@novacron/contract/json';
import { STOP_REASON_WORDS, type StopReason } from '@novacron/contract/kinds/vm/stop-reason';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import {
  RESTART_ATTEMPTS,
  type RestartPolicy,
  startsElsewhere,
} from '@novacron/contract/kinds/vm/vm-healing';
import { limitOf } from '@novacron/engine/healing/outcomes/rules/ladder';
import { explainRestarts } from '@novacron/engine/healing/restart/explain-restarts';
import type { Attempted, StoppedVm } from '@novacron/engine/healing/restart/model/restart';
import { planRestarts, STABLE_MS } from '@novacron/engine/healing/restart/plan-restarts';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { beginWrite } from '../../kernel/arbitration/begin-write.ts';
import type { Begun } from '../../kernel/arbitration/platform-write.ts';
import { type RefusedWrites, refusedWrites } from '../../kernel/arbitration/refused-writes.ts';
import { EVENT_SUBJECT } from '../../kernel/events/relay-events.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { prepareVmStart } from '../../resources/vm/power/prepare-vm-power.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { nodesWithFullDisk } from '../../rows/observed/node-conditions.ts';
import { restartPolicyOf } from '../../rows/observed/restart-policy.ts';
import { endingOf } from '../../rows/observed/shown-power.ts';
import { attemptsBefore, givenUpAfter, stopReasonOf } from '../../rows/observed-machine.ts';
import { findRestarts } from './find-restarts.ts';
import { findHeld } from './hold-starts.ts';
import { readConsoleTail } from './read-console-tail.ts';
import { inWords, recordGivenUp } from './record-given-up.ts';
import type { RecoveryParts } from './recover-vms.ts';

/** Interval between checks without a signal. */
const LOOK_MS = 30_000;

/** Starts under way in the fleet at a time, and on one node: they read the same disks. */
const STARTS_MAX = 32;
const STARTS_ON_NODE_MAX = 4;

/** Pause before the next round while VMs wait until others have started. */
const NEXT_ROUND_MS = 1_000;

/** Operations that a round looks at. */
const OPERATIONS_MAX = 10_000;

/** Starts VMs again that stopped by themselves. */
export function restarts(parts: RecoveryParts): Reconciler {
  const { deps } = parts;
  const refusals = refusedWrites(deps, 'vm.not_restarted');
  return {
    name: 'restarts',
    summary: 'Restarts VMs that stopped unexpectedly, according to their restart policies.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: (budget) => restartSome(parts, budget, refusals),
    subscribe: (_budget, wake) =>
      deps.bus.subscribe(EVENT_SUBJECT, (message) => {
        if (saysStopped(message)) wake();
      }),
  };
}

/** Whether an event says that a VM stopped, or that its start has ended. */
function saysStopped(message: JsonObject): boolean {
  const event = Event.safeParse(message);
  return event.success && (event.data.type === 'vm.stopped' || event.data.type === START_FAILED);
}

const START_FAILED = 'vm.start.failed';

/** A VM that should run and is stopped. */
export interface Stopped {
  readonly row: VmRow;
  readonly spec: VmSpec;
  readonly reason: StopReason | undefined;
}

async function restartSome(
  parts: RecoveryParts,
  budget: ReconcilerBudget,
  refusals: RefusedWrites,
) {
  const { deps } = parts;
  const stopped = await findStopped(deps);
  const byId = new Map<string, Stopped>(stopped.map((each) => [each.row.id, each]));
  refusals.keepOnly(byId);
  if (stopped.length === 0) return undefined;
  const starts = await findRestarts(
    deps,
    stopped.map(({ row }) => row.id),
  );
  const all = stopped.map((each) => toStoppedVm(each, starts, refusals));
  const nowMs = deps.clock.nowMs();
  const limits = { startsMax: STARTS_MAX, startsOnNodeMax: STARTS_ON_NODE_MAX };
  const startingOn = await findStarting(deps);
  const unlimited = planRestarts(
    { vms: all, startingOn: [], startsMax: Infinity, startsOnNodeMax: Infinity },
    { nowMs },
  );
  // One between two attempts is on its way, one that was refused is not.
  const between = unlimited.wait.filter(({ vm }) => (vm.notBeforeMs ?? 0) <= nowMs);
  const coming = new Set([...unlimited.begin, ...between].map(({ vm: { id } }) => id));
  const held = await findHeld(
    deps,
    stopped.map((each) => ({ ...each, isComing: coming.has(each.row.id) })),
  );
  const vms = all.filter(({ id }) => !held.has(id));
  const plan = planRestarts({ ...limits, vms, startingOn }, { nowMs });
  const giveUp = plan.giveUp.filter(({ vm }) => vm.givenUpAfter === null);
  for (const line of explainRestarts({ ...plan, giveUp })) deps.logger.info({}, line);
  for (const attempted of giveUp) {
    const found = byId.get(attempted.vm.id);
    if (found === undefined || !budget.mayContinue()) break;
    await endAttempts(deps, found, attempted, budget.guard);
  }
  for (const { vm } of plan.begin) {
    const found = byId.get(vm.id);
    if (found === undefined || !budget.mayContinue()) break;
    const begun = await start(parts, budget, found);
    await refusals.note(found.row, begun, budget.guard);
  }
  const soonestMs = Math.min(...plan.wait.map(({ atMs }) => atMs - nowMs), LOOK_MS);
  return { nextMs: plan.postponed + held.size > 0 ? NEXT_ROUND_MS : soonestMs };
}

/** Finds VMs that should run, are stopped on nodes that answer, and are not being changed. */
export async function findStopped({
  store,
}: Pick<CapabilityDeps, 'store'>): Promise<readonly Stopped[]> {
  const rows = await store.read({
    from: 'vms',
    where: { status: 'stopped', busy_operation_id: null },
    damaged: 'blank',
  });
  if (rows.length === 0) return [];
  const nodes = await store.read({
    from: 'nodes',
    where: { status: { in: ['ready', 'draining'] } },
  });
  const names = new Set<unknown>(nodes.map(({ name }) => name));
  const full = nodesWithFullDisk(nodes);
  return mapReadable(rows, (row): readonly Stopped[] => {
    const observed = observedOf(row);
    const reason = stopReasonOf(observed);
    if (reason === 'command' || !names.has(observed.node)) return [];
    // It would stop again at its next write.
    if (reason === 'io_error' && full.has(observed.node)) return [];
    const spec = desiredAs(row, VmSpec);
    const isAsked = spec.power_state === 'running' && policyOf({ row, spec, reason }) !== 'never';
    return isAsked ? [{ row, spec, reason }] : [];
  }).flat();
}

/**
 * One that asks to be started elsewhere when its node is lost is started there as well, when its
 * host was off and is back first.
 */
function policyOf({ row, spec, reason }: Stopped): RestartPolicy {
  const policy = restartPolicyOf(row, spec);
  const isLost = reason === 'host' && startsElsewhere(spec.healing);
  return policy === 'never' && isLost ? 'on-failure' : policy;
}

/** A stopped VM as the plan of restarts sees it. */
export function toStoppedVm(
  { row, spec, reason }: Stopped,
  starts: ReadonlyMap<string, readonly number[]>,
  refusals: Pick<RefusedWrites, 'notBeforeMs'>,
): StoppedVm {
  return {
    id: row.id,
    name: row.name,
    node: String(observedOf(row).node),
    priority: spec.priority,
    policy: policyOf({ row, spec, reason }),
    ending: endingOf(reason),
    attemptsMax: spec.healing?.attempts ?? RESTART_ATTEMPTS,
    startsMs: starts.get(row.id) ?? [],
    stableMs: STABLE_MS,
    givenUpAfter: attemptsBefore(observedOf(row)),
    notBeforeMs: refusals.notBeforeMs(row.id) ?? null,
  };
}

/** The nodes of starts that are under way, those of users among them. */
async function findStarting({ store }: CapabilityDeps): Promise<readonly string[]> {
  const running = await store.read({
    from: 'operations',
    where: { kind: 'vm.start', status: 'running' },
    limit: OPERATIONS_MAX,
    damaged: 'blank',
  });
  if (running.length === 0) return [];
  const where = { busy_operation_id: { in: running.map(({ id }) => id) } };
  const rows = await store.read({ from: 'vms', where, damaged: 'blank' });
  return mapReadable(rows, (row) => String(observedOf(row).node));
}

function start(
  parts: RecoveryParts,
  { guard }: ReconcilerBudget,
  { row, spec }: Stopped,
): Promise<Begun> {
  return beginWrite(parts, {
    who: 'restarts',
    class: 'recovery',
    target: { kind: 'vm', row, effect: 'none', priority: spec.priority },
    guard,
    limitMs: limitOf('start'),
    name: 'vm.start',
    input: { id: row.id },
    prepare: prepareVmStart,
    context: platformContext(parts.deps, row.tenant_id, 'healer'),
  });
}

async function endAttempts(
  deps: CapabilityDeps,
  { row, reason }: Stopped,
  { attempts }: Attempted,
  guard: ReconcilerBudget['guard'],
): Promise<void> {
  const { id, name } = row;
  const consoleTail = await readConsoleTail(deps, row);
  const because = reason === undefined ? '' : `: ${STOP_REASON_WORDS[reason]}`;
  await recordGivenUp(deps, row, {
    after: { ...observedOf(row), ...givenUpAfter(attempts, consoleTail) },
    type: 'vm.crash_loop',
    data: {
      attempts,
      stop_reason: reason ?? null,
      detail:
        `The VM ${name} was started ${inWords(attempts)}, and stopped again${because}. NovaCron ` +
        'does not start it again.',
      remedy: `Find out why it stops, then start it: novacron vm start ${id}`,
    },
    guard,
  });
}
