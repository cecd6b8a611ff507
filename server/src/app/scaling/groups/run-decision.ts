/**
 * Carries a decision about the size of a VM group out. The operation, the record of the decision
 * and what the group remembers of it are one commit: a server that is killed has done all or none.
 */

import { VmGroupId } from '@novacron/contract/ids';
import type { JsonObject } from '@novacron/contract/json';
import type {
  ScalingOutcome,
  ScalingTrigger,
} from '@novacron/contract/kinds/vm-group/scaling-event';
import type { Problem } from '@novacron/contract/problem/problem';
import { explainScaling } from '@novacron/engine/scaling/decide/explain-scaling';
import type {
  GroupDecision,
  RuleSize,
  ScalingCause,
} from '@novacron/engine/scaling/decide/model/scaling';
import type { Change } from '../../../ports/store.ts';
import { beginWrite } from '../../kernel/arbitration/begin-write.ts';
import type { BeginParts, Begun } from '../../kernel/arbitration/platform-write.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import { concatSagas } from '../../kernel/operations/saga.ts';
import type { ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { extendPlan } from '../../kernel/write/checked-write.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import type { Check } from '../../resources/scope.ts';
import {
  prepareVmGroupResize,
  type ResizeInput,
} from '../../resources/vm-group/prepare-vm-group-change.ts';
import { scalingEventChange } from '../../resources/vm-group/scaling-events.ts';
import { startMembers } from '../../resources/vm-group/start-members.ts';
import {
  type Aftermath,
  type RefusedSize,
  toGroupScalingRow,
} from '../../resources/vm-group/stored-decision.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { ObservedGroup } from './observe-groups.ts';

/** Pause after a refusal or a failure, doubled with each further one. Unit: ms. */
const AGAIN_MS_MIN = 60_000;
const AGAIN_MS_MAX = 900_000;
const DOUBLINGS_MAX = 4;

/** Dependencies of a round. */
export interface ScalingRound extends BeginParts<CapabilityDeps> {
  readonly guard: ReconcilerBudget['guard'];
}

/** A group and what was decided about it. */
export interface DecidedGroup {
  readonly observed: ObservedGroup;
  readonly decision: GroupDecision;
}

/**
 * Whether the decision is carried out now: not soon after it was refused, or has failed. A clock
 * that went back does not make that pause longer.
 */
export function isDue({ observed, decision }: DecidedGroup, nowMs: number): boolean {
  if (decision.kind === 'keep') return false;
  const { count, lastMs } = observed.failures;
  if (count > 0 && Math.abs(nowMs - lastMs) < pauseAfter(count)) return false;
  const refused = observed.last?.refused ?? null;
  if (refused === null || isOtherWay(refused, decision)) return true;
  return Math.abs(nowMs - refused.at_ms) >= pauseAfter(refused.tries);
}

function pauseAfter(tries: number): number {
  return Math.min(AGAIN_MS_MAX, AGAIN_MS_MIN * 2 ** Math.min(DOUBLINGS_MAX, tries - 1));
}

/** A refusal to grow says nothing about shrinking. */
function isOtherWay(refused: RefusedSize, { from, kind }: GroupDecision): boolean {
  return kind === 'keep' || refused.to > from !== (kind === 'grow');
}

/** Returns the stored part of a refusal or recommendation while the decision stays the same. */
export function aftermathOf({ observed, decision }: DecidedGroup): Aftermath {
  const { last } = observed;
  const refused = last?.refused ?? null;
  return {
    recommended: decision.kind === 'keep' ? null : (last?.recommended ?? null),
    refused: refused === null || isOtherWay(refused, decision) ? null : refused,
  };
}

/** The change that stores a decision for the next round. */
export function storeDecision({ observed, decision }: DecidedGroup, aftermath: Aftermath): Change {
  const row = toGroupScalingRow(observed.row.tenant_id, decision, aftermath);
  return { kind: 'put', into: 'group_scalings', row };
}

/**
 * Carries a decision out. Where the fleet or a budget has no room for all new members, it tries
 * with half of them, as long as there are some.
 */
export async function runDecision(round: ScalingRound, decided: DecidedGroup): Promise<void> {
  const { deps, executor } = round;
  const { decision } = decided;
  const limits: string[] = [];
  let { to } = decision;
  for (;;) {
    const begun = await begin(round, decided, { to, limits });
    if (begun.kind === 'started') {
      return startMembers(deps, executor, begun.operation);
    }
    if (begun.kind !== 'refused') return keepWaiting(round, decided);
    const { problem } = begun;
    // It changed meanwhile, or an operation works on it: the next round decides again.
    if (problem.code === 'conflict' || problem.code === 'not-found') {
      return keepWaiting(round, decided);
    }
    const limit = limitOf(problem);
    const less = decision.from + Math.floor((to - decision.from) / 2);
    if (!DIVISIBLE.includes(limit) || less <= decision.from) {
      return refuse(round, decided, { to, limit, problem });
    }
    limits.push(limit);
    to = less;
  }
}

function begin(
  { deps, executor, guard }: ScalingRound,
  decided: DecidedGroup,
  { to, limits }: { readonly to: number; readonly limits: readonly string[] },
): Promise<Begun> {
  const { decision, observed } = decided;
  const { id, name, tenant_id: tenantId } = observed.row;
  const context = platformContext(deps, tenantId, 'autoscaler');
  const nothing = { recommended: null, refused: null };
  const prepare: Check<ResizeInput> = async (input, scope) => {
    const { operationId } = scope;
    const reserve = [
      storeDecision(decided, nothing),
      recordOf(deps, decided, { to, operationId, limits, outcome: 'running' }),
    ];
    return extendPlan(await prepareVmGroupResize(input, scope), (write) => {
      return { ...write, saga: concatSagas(write.saga, { reserve }) };
    });
  };
  const input: ResizeInput = {
    id: VmGroupId.parse(id),
    size: to,
    bounds: 'schedules',
    ...(decision.kind === 'shrink' ? { remove: decision.remove } : {}),
  };
  return beginWrite(
    { deps, executor },
    {
      who: 'group-scaling',
      class: 'scaling',
      target: { kind: 'other', row: { id, name } },
      name: 'vm_group.scale',
      input: { ...input },
      prepare,
      context,
      guard,
    },
  );
}

async function keepWaiting({ deps, guard }: ScalingRound, decided: DecidedGroup) {
  await commitUnder(guard, deps, [storeDecision(decided, aftermathOf(decided))]);
}

/** Records a refusal. The same one is recorded once, as long as it lasts. */
async function refuse(
  { deps, guard }: ScalingRound,
  decided: DecidedGroup,
  {
    to,
    limit,
    problem,
  }: { readonly to: number; readonly limit: string; readonly problem: Problem },
): Promise<void> {
  const { observed, decision } = decided;
  const before = aftermathOf(decided).refused;
  const { detail } = problem;
  const isNews = before === null || before.limit !== limit || before.detail !== detail;
  const refused: RefusedSize = {
    to,
    limit,
    detail,
    at_ms: deps.clock.nowMs(),
    tries: (before?.tries ?? 0) + 1,
  };
  const limits = [limit];
  const news: Change[] = isNews
    ? [
        recordOf(deps, decided, { to, operationId: null, limits, outcome: 'refused', detail }),
        eventChange(deps, {
          tenantId: observed.row.tenant_id,
          type: 'vm_group.not_scaled',
          source: 'autoscaler',
          target: observed.row.id,
          priority: 'high',
          data: { name: observed.row.name, from: decision.from, to, limited_by: limit, detail },
        }),
      ]
    : [];
  const stored = storeDecision(decided, { recommended: null, refused });
  await commitUnder(guard, deps, [stored, ...news]);
}

const LIMITS: Readonly<Partial<Record<Problem['code'], string>>> = {
  'quota-exceeded': 'quota',
  'budget-exceeded': 'budget',
  'no-capacity': 'capacity',
  'storage-full': 'capacity',
  'network-full': 'capacity',
  'policy-denied': 'policy',
};

/** Limits that may allow some of the new members. */
const DIVISIBLE = ['capacity', 'budget'];

function limitOf({ code }: Problem): string {
  return LIMITS[code] ?? 'refused';
}

/** The record of a decision. */
export function recordOf(
  deps: CapabilityDeps,
  { observed, decision }: DecidedGroup,
  {
    to,
    operationId,
    limits,
    outcome,
    detail,
  }: {
    readonly to: number;
    readonly operationId: string | null;
    readonly limits: readonly string[];
    readonly outcome: ScalingOutcome;
    /** Reason for the refusal. */
    readonly detail?: string;
  },
): Change {
  const rule = bindingRule(decision);
  const [summary = ''] = explainScaling(decision);
  return scalingEventChange(deps, {
    tenantId: observed.row.tenant_id,
    groupId: observed.row.id,
    trigger: triggerOf(decision, rule),
    policy: null,
    rule: rule?.metric ?? null,
    from: decision.from,
    to,
    operationId,
    reason: detail === undefined ? summary : `${summary} ${detail}`,
    limitedBy: [...new Set([...decision.limitedBy, ...limits])],
    metrics: metricsOf(observed),
    prediction: predictionOf(rule),
    outcome,
  });
}

/** The rule that wants the size that counts. */
function bindingRule({ kind, rules, combine }: GroupDecision): RuleSize | undefined {
  const sizeOf = (rule: RuleSize) => (kind === 'shrink' ? rule.sizeShrink : rule.sizeGrow) ?? 0;
  const ascending = rules
    .filter(({ state }) => state !== 'unknown')
    .toSorted((left, right) => sizeOf(left) - sizeOf(right));
  return combine === 'min' ? ascending[0] : ascending.at(-1);
}

/** Causes that are sizes of the group's settings. */
const BY_SETTINGS: ReadonlySet<ScalingCause> = new Set(['bounds', 'schedule', 'fallback']);

function triggerOf({ cause }: GroupDecision, rule: RuleSize | undefined): ScalingTrigger {
  if (cause === 'forecast') return 'predictive';
  if (BY_SETTINGS.has(cause) || rule === undefined) return 'schedule';
  return rule.kind === 'target' || rule.kind === 'queue' ? 'target' : 'step';
}

/** The values of the metrics, and the size. */
function metricsOf({ group }: ObservedGroup): Record<string, number> {
  const values = group.signals.flatMap(({ metric, value }): [string, number][] =>
    value === undefined ? [] : [[metric, value]],
  );
  return { ...Object.fromEntries(values), size: group.size };
}

/** Returns the forecast behind a decision; null if no forecast was used. */
function predictionOf(rule: RuleSize | undefined): JsonObject | null {
  if (rule?.forecast !== 'used') return null;
  const { metric, scope, load, loadSoon, peak, whenReady } = rule;
  return {
    metric,
    scope,
    load: load ?? null,
    load_expected: loadSoon ?? null,
    ready_from: whenReady === undefined ? null : toTimestamp(whenReady.fromMs),
    ready_until: whenReady === undefined ? null : toTimestamp(whenReady.untilMs),
    load_ready: whenReady?.load ?? null,
    load_forecast: peak?.load ?? null,
    load_lower: peak?.lower ?? null,
    load_upper: peak?.upper ?? null,
    size_lower: peak?.sizeLower ?? null,
    size_upper: peak?.sizeUpper ?? null,
  };
}
