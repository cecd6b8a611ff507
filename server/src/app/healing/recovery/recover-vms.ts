/**
 * Starts VMs of dead nodes on other nodes, if they ask for it (`healing.on_node_loss`). One server
 * does it, under the lease.
 */
import { planLoss } from '@novacron/engine/healing/failover/plan-loss';
import { FAILOVER_LEVEL } from '@novacron/engine/healing/outcomes/rules/ladder';
import { explainRecoveries } from '@novacron/engine/healing/recover/explain-recoveries';
import { planRecoveries } from '@novacron/engine/healing/recover/plan-recoveries';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import { beginWrite } from '../../kernel/arbitration/begin-write.ts';
import type { BeginParts, Begun } from '../../kernel/arbitration/platform-write.ts';
import { type RefusedWrites, refusedWrites } from '../../kernel/arbitration/refused-writes.ts';
import { EVENT_SUBJECT } from '../../kernel/events/relay-events.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { useFailoverRoom } from '../../resources/vm/failover/keep-failover-room.ts';
import { observeFailover } from '../../resources/vm/failover/observe-failover.ts';
import { mayRunOn } from '../../resources/vm/recover/find-recovery-nodes.ts';
import { prepareVmRecover } from '../../resources/vm/recover/prepare-vm-recover.ts';
import { observedOf } from '../../rows/answer-resource.ts';
import { amountsOf } from '../../rows/vm-amounts.ts';
import { readStrategies } from '../outcomes/read-outcomes.ts';
import {
  type FailedRecovery,
  findFailed,
  givenUp,
  leaveUndone,
  retryStuck,
} from './failed-recoveries.ts';
import { findRecoverable, type RecoverableVm } from './find-recoverable.ts';
import { findHeld } from './hold-starts.ts';
import { endLostRecoveries } from './lost-recoveries.ts';
import { describeRecoveryCircumstances } from './recovery-circumstances.ts';

/** Interval between checks; most of the time of a recovery is the boot of the guest. */
const LOOK_MS = 5_000;

/** Recoveries of the fleet at a time: all of them read from the same storage. */
const UNDER_WAY_MAX = 16;

/**
 * Recoveries of a VM that are refused in a row before it is given up: half an hour of backoff, so
 * that what is away for some minutes ends none.
 */
const REFUSALS_MAX = 8;

/** Pause before the next round while VMs wait until others have been recovered. */
const NEXT_ROUND_MS = 1_000;

/** Dependencies of recovering VMs. */
export type RecoveryParts = BeginParts<CapabilityDeps>;

/** Starts VMs of dead nodes elsewhere. */
export function recoveries(parts: RecoveryParts): Reconciler {
  const refusals = refusedWrites(parts.deps, 'vm.not_recovered', {
    triesMax: REFUSALS_MAX,
    describeCircumstances: (row) => describeRecoveryCircumstances(parts.deps, row),
  });
  return {
    name: 'recoveries',
    summary: 'Restarts VMs of dead or cut-off nodes on other nodes, if configured to.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    // A node is known to be off, or cut off, from then on.
    subscribe: (_budget, wake) =>
      parts.deps.bus.subscribe(EVENT_SUBJECT, ({ type }) => {
        if (FENCED.has(type)) wake();
      }),
    run: async (budget) => {
      await endLostRecoveries(parts.deps, budget);
      const postponed = await recoverSome(parts, budget, refusals);
      return postponed > 0 ? { nextMs: NEXT_ROUND_MS } : undefined;
    },
  };
}

/** Events after which VMs may be given away. */
const FENCED: ReadonlySet<unknown> = new Set([
  'node.fence.succeeded',
  'node.cut_off.succeeded',
  'node.confirm_dead.succeeded',
  'node.lease_expired',
]);

/** @returns how many VMs are due, and wait for a place among those under way */
async function recoverSome(
  parts: RecoveryParts,
  budget: ReconcilerBudget,
  refusals: RefusedWrites,
): Promise<number> {
  const { store, clock } = parts.deps;
  const waiting = await findRecoverable(parts.deps);
  const byId = new Map<string, RecoverableVm>(waiting.map((each) => [each.row.id, each]));
  refusals.keepOnly(byId);
  if (waiting.length === 0) return 0;
  await refusals.compareCircumstances(
    waiting.map(({ row, source }) => ({ row, sinceMs: source.last_seen_at_ms })),
  );
  const where = { kind: 'vm.recover', status: 'running' } as const;
  const underWay = await store.count({ from: 'operations', where, limit: UNDER_WAY_MAX });
  const failed = await findFailed(parts.deps, waiting);
  await leaveUndone(waiting, failed, { budget, refusals });
  const all = waiting.map(({ row, spec }) => ({
    id: row.id,
    name: row.name,
    priority: spec.priority,
    memoryMib: amountsOf(spec).memoryMib,
    // One whose circumstances change all the time is not made and undone all the time.
    notBeforeMs: Math.max(refusals.notBeforeMs(row.id) ?? 0, failed.get(row.id)?.notBeforeMs ?? 0),
  }));
  const nowMs = clock.nowMs();
  const startable = waiting.map(({ row, spec }) => {
    const isRefused = refusals.isGivenUp(row.id) || (refusals.notBeforeMs(row.id) ?? 0) > nowMs;
    const isGivenUp = failed.get(row.id)?.isGivenUp === true;
    return { row, spec, isComing: !isRefused && !isGivenUp };
  });
  const held = await findHeld(parts.deps, startable);
  const left = await leaveToPeople(waiting, failed, { budget, refusals });
  const vms = all.filter(({ id }) => !held.has(id) && !left.has(id) && !refusals.isGivenUp(id));
  const round = { vms, underWay, underWayMax: UNDER_WAY_MAX };
  const plan = planRecoveries(round, { nowMs });
  for (const line of explainRecoveries(plan)) parts.deps.logger.info({}, line);
  const standbys = await parts.deps.store.read({
    from: 'standbys',
    where: { id: { in: plan.begin.map(({ id }) => id) } },
  });
  // Their room is reserved: nothing has to be planned.
  const placed = new Set<string>(
    standbys.flatMap(({ id, node_id }) => (node_id === null ? [] : [id])),
  );
  const order = await readOrder(parts.deps, placed.size);
  const nodeOf = await planNodes(parts.deps, waiting, plan.begin.length - placed.size);
  for (const { id } of plan.begin) {
    const found = byId.get(id);
    if (found === undefined || !budget.mayContinue()) break;
    const isPlanned = !placed.has(id) && !failed.has(id);
    const begun = await recoverAt(parts, budget, {
      ...found,
      node: isPlanned ? nodeOf.get(id) : undefined,
      order,
    });
    const isRefused = begun.kind === 'refused';
    const isRetried = isRefused && (await retryStuck(parts, found.row, failed.get(id)?.stuck));
    if (!isRetried) await refusals.note(found.row, begun, budget.guard);
  }
  return plan.postponed + held.size;
}

/**
 * VMs whose recovery got stuck, and that have used up their attempts or may run on a node that does
 * not answer; an event says so once.
 */
async function leaveToPeople(
  waiting: readonly RecoverableVm[],
  failed: ReadonlyMap<string, FailedRecovery>,
  { budget, refusals }: { readonly budget: ReconcilerBudget; readonly refusals: RefusedWrites },
): Promise<ReadonlySet<string>> {
  const left = new Set<string>();
  for (const { row } of waiting) {
    const { stuck, isGivenUp, silentNode, tries = 0 } = failed.get(row.id) ?? {};
    if (stuck === undefined || (isGivenUp !== true && silentNode === undefined)) continue;
    left.add(row.id);
    const why =
      silentNode === undefined ? givenUp(row, { tries, stuck }) : mayRunOn(row, silentNode);
    await refusals.say(row, why, budget.guard);
  }
  return left;
}

/**
 * The nodes on which all waiting VMs together have room, by the ids of VMs: where each is started
 * on the node that suits it best, the last ones may find none.
 */
async function planNodes(
  deps: CapabilityDeps,
  waiting: readonly RecoverableVm[],
  begun: number,
): Promise<ReadonlyMap<string, string>> {
  // Without room that is kept for them, a packing only crowds nodes, where VMs start more slowly.
  if (begun === 0 || deps.settings.failoverNodes === 0) return new Map();
  const observed = await observeFailover(deps);
  const homes = new Set(waiting.map(({ row }) => String(observedOf(row).node)));
  const ids = new Set<string>(waiting.map(({ row }) => row.id));
  const vms = observed.vms.map((vm) => (ids.has(vm.id) ? vm : { ...vm, restart: undefined }));
  const { outcomes } = planLoss({ nodes: observed.nodes, vms }, [...homes]);
  return new Map(outcomes.flatMap(({ vm, to }) => (to === undefined ? [] : [[vm.id, to]])));
}

/** Whether standbys are tried first, as the outcomes of the platform say. */
async function readOrder(
  deps: CapabilityDeps,
  standbys: number,
): Promise<readonly string[] | undefined> {
  const platform = standbys === 0 ? undefined : await findPlatformTenant(deps.store);
  if (platform === undefined) return undefined;
  return (await readStrategies(deps, platform.id, FAILOVER_LEVEL)).order;
}

interface PlannedRecovery extends RecoverableVm {
  /** The node that is planned for it; undefined: none is. */
  readonly node: string | undefined;
  /** In which order nodes are tried; undefined: its standby first. */
  readonly order: readonly string[] | undefined;
}

/** Begins a recovery as planned, or else wherever the VM finds room. */
async function recoverAt(
  parts: RecoveryParts,
  budget: ReconcilerBudget,
  vm: PlannedRecovery,
): Promise<Begun> {
  const begun = await recover(parts, budget, vm);
  if (begun.kind !== 'refused' || vm.node === undefined) return begun;
  return recover(parts, budget, { ...vm, node: undefined });
}

function recover(
  parts: RecoveryParts,
  { guard }: ReconcilerBudget,
  { row, spec, node, order }: PlannedRecovery,
): Promise<Begun> {
  return beginWrite(parts, {
    who: 'recoveries',
    class: 'recovery',
    // Its node is known to be off, so nothing works on it any more.
    target: { kind: 'vm', row, effect: 'none', priority: spec.priority, supersedes: 'yes' },
    guard,
    name: 'vm.recover',
    input: {
      id: row.id,
      node,
      recreate: spec.healing?.on_node_loss === 'recreate',
      from_snapshot: spec.healing?.on_node_loss === 'restore',
      // Locks that are held are evidence that the VM runs: only a person overrides it.
      ignore_disk_locks: false,
    },
    prepare: useFailoverRoom((input, scope) =>
      prepareVmRecover(order === undefined ? input : { ...input, order }, scope),
    ),
    context: platformContext(parts.deps, row.tenant_id, 'healer'),
  });
}
