/**
 * The only path of a write that NovaCron makes by itself: holds are checked, the arbiter decides,
 * and the write is admitted and started. What the arbiter knew is guarded by the commit of the
 * admission: two servers never grant at once, and a server that is killed before the commit has
 * granted nothing.
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import {
  explainArbitration,
  explainWait,
} from '@novacron/engine/automation/arbiter/explain-arbitration';
import type {
  Intent,
  Preemption,
  Wait,
  WaitReason,
} from '@novacron/engine/automation/arbiter/model/arbiter';
import { planArbitration } from '@novacron/engine/automation/arbiter/plan-arbitration';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { ArbiterClaimRow } from '../../../ports/tables/arbiter-claim-row.ts';
import { observedOf } from '../../rows/answer-resource.ts';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import { type HeldWork, readHolds } from '../holds/find-hold.ts';
import { platformCaller } from '../operations/platform-caller.ts';
import { concatSagas } from '../operations/saga.ts';
import { cancelNow } from '../operations/steer-operations.ts';
import { admitWrite } from '../write/admit-write.ts';
import { type Check, extendPlan } from '../write/checked-write.ts';
import { isWaiting, toClaimRow, toIntent } from './claim-rows.ts';
import { ARBITER_VERSION, type ObservedWork, observeWork, zoneOf } from './observe-work.ts';
import type { BeginParts, Begun, PlatformWrite, Purpose } from './platform-write.ts';

/** Limits of what NovaCron does by itself at a time. The cooldown is in ms. */
const LIMITS = { zoneVmsMax: 64, zoneNodesMax: 2, cooldownMs: 60_000 };

/** Rounds after other writes were granted in between. */
const ROUNDS_MAX = 16;

/** Interval between writes of a claim that waits for the same reason. Unit: ms. */
const WRITTEN_AGAIN_MS = 30_000;

/** Begins a write; one that has to wait is recorded, with the reason. */
export async function beginWrite<
  Input extends Readonly<Record<string, unknown>>,
  Deps extends KernelDeps,
>(parts: BeginParts<Deps>, write: PlatformWrite<Input, Deps>): Promise<Begun> {
  let last: Problem = outdated();
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const { deps } = parts;
    const held = await findHeld(deps, write);
    if (held !== undefined) return { kind: 'held', work: held };
    const nowMs = deps.clock.nowMs();
    const { tenantId } = write.context.principal;
    const observed = await observeWork(deps, { tenantId, nowMs });
    const intent = intentOf(write, observed, nowMs);
    const decided = decide(intent, observed, nowMs);
    if (decided !== undefined) return wait(parts, write, { observed, intent, ...decided });
    const prepare = withClaim(write, { observed, intent, nowMs });
    const admitted = await admitWrite(write.name, write.input, prepare, deps, write.context);
    if (admitted.ok) {
      const { operation } = admitted.value;
      if (operation.status === 'running') parts.executor.start(operation);
      return { kind: 'started', operation, admitted: admitted.value };
    }
    last = admitted.error;
    if (last.data?.arbitration !== 'outdated') break;
  }
  return { kind: 'refused', problem: last };
}

interface OwnedPurpose extends Purpose {
  readonly context: Pick<CallContext, 'principal' | 'client'>;
}

/**
 * Finds the work that is held and would begin this write. Holds stop what NovaCron begins by
 * itself, not what people or schedules ask for: healing, and, while automation is held for all
 * tenants, also scaling, orchestration policies and the optimizer's own plans.
 */
async function findHeld(
  { store, clock }: KernelDeps,
  { class: own, who, target, parentId, context }: OwnedPurpose,
): Promise<HeldWork | undefined> {
  const nowMs = clock.nowMs();
  if (own === 'recovery') {
    const holds = await readHolds(store, { of: 'healing', nowMs });
    const isHeld = target.kind === 'node' ? holds.all : holds.ofTenant(context.principal.tenantId);
    return isHeld ? 'healing' : undefined;
  }
  const isAutomatic = own !== 'maintenance' || who.startsWith('orchestration/');
  if (context.client !== 'platform' || parentId !== undefined || !isAutomatic) return undefined;
  const { all } = await readHolds(store, { of: 'automation', nowMs });
  return all ? 'automation' : undefined;
}

function intentOf(
  write: Purpose & { readonly name: string },
  { claims, healedMs, groupOf, nodes }: ObservedWork,
  nowMs: number,
): Intent {
  const { who, target, parentId = null, patienceMs = null } = write;
  const id = `${who}/${target.row.id}`;
  const before = claims.find((row) => row.id === id && row.operation_id === null);
  const base = {
    id,
    class: write.class,
    who,
    operation: write.name,
    sinceMs: before?.since_ms ?? nowMs,
    parentId,
    patienceMs,
  };
  const use = 'exclusive' as const;
  if (target.kind === 'node') {
    const { name, zone } = target.row;
    const nodes = [{ name, zone, use }];
    return { ...base, priority: 0, vm: null, nodes, supersedes: 'no' };
  }
  if (target.kind === 'other') {
    const nodes = (target.nodes ?? []).map(({ name, zone }) => ({ name, zone, use }));
    return { ...base, priority: 0, vm: null, nodes, supersedes: 'no' };
  }
  const { row, effect, priority, supersedes = 'no' } = target;
  const zone = zoneOf(row, nodes);
  const node = String(observedOf(row).node);
  return {
    ...base,
    priority,
    supersedes,
    vm: {
      id: row.id,
      name: row.name,
      groupId: groupOf.get(row.id) ?? null,
      zone,
      effect,
      healedMs: healedMs.get(row.id) ?? null,
    },
    nodes: zone === null ? [] : [{ name: node, zone, use: 'shared' }],
  };
}

interface Decided {
  readonly waits: Wait;
  readonly preemption: Preemption | undefined;
}

/** @returns why it waits; undefined where it begins */
function decide(intent: Intent, observed: ObservedWork, nowMs: number): Decided | undefined {
  const others = observed.claims.filter((row) => row.id !== intent.id && isWaiting(row, nowMs));
  const { work, groups } = observed;
  const intents = [intent, ...others.map(toIntent)];
  const plan = planArbitration({ intents, work, groups, limits: LIMITS }, { nowMs });
  const waits = plan.waits.find((each) => each.intent === intent);
  if (waits === undefined) return undefined;
  return { waits, preemption: plan.preempt.find((each) => each.intent === intent) };
}

/** Cancels what gives way, and records that the intent waits. */
async function wait(
  parts: BeginParts,
  { context, guard }: OwnedPurpose,
  {
    observed,
    intent,
    waits,
    preemption,
  }: Decided & { readonly observed: ObservedWork; readonly intent: Intent },
): Promise<Begun> {
  const { deps } = parts;
  const nowMs = deps.clock.nowMs();
  const { tenantId } = context.principal;
  const reason =
    preemption === undefined ? waits.reason : await cancel(parts, preemption, tenantId);
  const text = explainWait(reason, { nowMs });
  const row: ArbiterClaimRow = {
    ...toClaimRow(intent, { tenantId, nowMs }),
    holder: holderOf(reason),
    reason: text,
  };
  const before = observed.claims.find(({ id }) => id === row.id);
  const isSame = before?.reason === text && nowMs - before.seen_ms < WRITTEN_AGAIN_MS;
  if (!isSame) {
    const plan = { grants: [], waits: [{ intent, reason }], preempt: [] };
    for (const line of explainArbitration(plan, { nowMs })) deps.logger.info({}, line);
    const changes: ChangeSet = [
      { kind: 'put', into: 'arbiter_claims', row },
      ...prune(observed, nowMs),
    ];
    await deps.store.commit([...(guard === undefined ? [] : [guard()]), ...changes]);
  }
  return { kind: 'waiting', reason: text };
}

/** @returns why the intent waits now: what is past its pivot ends by itself */
async function cancel(
  parts: BeginParts,
  { work, intent }: Preemption,
  tenantId: string,
): Promise<WaitReason> {
  const { deps } = parts;
  const what = intent.vm === null ? 'its zone' : `VM ${intent.vm.name}`;
  const done = await cancelNow(parts, work.operationId, platformCaller(deps, tenantId, 'healer'));
  const fields = { operation: work.operationId, for: intent.id };
  if (done.ok) deps.logger.info(fields, 'an operation is cancelled in favor of a more urgent one');
  return { kind: done.ok ? 'preempting' : 'busy', what, work };
}

function holderOf(reason: WaitReason): string | null {
  switch (reason.kind) {
    case 'busy':
    case 'preempting':
      return reason.work.operationId;
    case 'behind':
      return reason.intent.id;
    case 'group-budget':
      return reason.group.id;
    case 'zone-limit':
      return reason.zone;
    case 'cooldown':
      return null;
  }
}

/** Commits the claim with the admission, and only if nothing was granted since it was decided. */
function withClaim<Input, Deps extends KernelDeps>(
  { prepare, guard, context, limitMs }: PlatformWrite<Input, Deps>,
  {
    observed,
    intent,
    nowMs,
  }: {
    readonly observed: ObservedWork;
    readonly intent: Intent;
    readonly nowMs: number;
  },
): Check<Input, Deps> {
  return async (input, scope) => {
    const { tenantId } = context.principal;
    const row = { ...toClaimRow(intent, { tenantId, nowMs }), operation_id: scope.operationId };
    const claim: ChangeSet = [
      ...(guard === undefined ? [] : [guard()]),
      {
        kind: 'move-rule',
        rule: ARBITER_VERSION,
        from: observed.version,
        otherwise: outdated(),
      },
      { kind: 'put', into: 'arbiter_claims', row },
      ...prune(observed, nowMs).filter((change) => change.id !== row.id),
    ];
    return extendPlan(await prepare(input, scope), (write) => ({
      ...write,
      ...(limitMs === undefined ? {} : { limitMs }),
      saga: concatSagas(write.saga, { reserve: claim }),
    }));
  };
}

/** Claims of no use: those that were given up, and those of operations that ended long ago. */
function prune({ claims, work }: ObservedWork, nowMs: number) {
  const running = new Set<string>(work.map(({ operationId }) => operationId));
  return claims
    .filter((row) => {
      if (row.operation_id === null) return !isWaiting(row, nowMs);
      return !running.has(row.operation_id) && nowMs - row.seen_ms > KEPT_MS;
    })
    .slice(0, PRUNED_MAX)
    .map(({ id }) => ({ kind: 'drop', from: 'arbiter_claims', id }) as const satisfies Change);
}

/** Longer than any operation runs whose cooldown is still counted. Unit: ms. */
const KEPT_MS = 3_600_000;
const PRUNED_MAX = 100;

function outdated(): Problem {
  return problem('conflict', {
    detail: 'Another automatic change started at the same time.',
    remedy: 'No action is required: NovaCron decides again.',
    data: { arbitration: 'outdated' },
  });
}
