/**
 * Starts executions when metrics cross thresholds: once for each crossing, which ends when a sample
 * is on the right side again. The commit that admits the execution notes the crossing. Tenants
 * share each round: others go on after each metric.
 */
import {
  AutomationTrigger,
  type AutomationTrigger as Trigger,
} from '@novacron/contract/automation/definition';
import {
  type CrossingPlan,
  holdMsOf,
  type MetricReading,
  planCrossing,
  STALE_MS,
} from '@novacron/engine/automation/workflows/plan-crossing';
import { takeInputs } from '@novacron/engine/automation/workflows/resolve/resolve-step';
import type { MetricSeries } from '../../../ports/metric-series.ts';
import type { WorkflowTriggerRow } from '../../../ports/tables/automation/workflow-rows.ts';
import type { BeginParts } from '../../kernel/arbitration/platform-write.ts';
import type { Reconciler } from '../../kernel/reconcilers/reconciler.ts';
import { takeTurns } from '../../kernel/reconcilers/take-turns.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { noteOutcome, startByTrigger, type TriggerRound } from './start-by-trigger.ts';

/** Interval between checks of metrics; agents report them at the same interval. Unit: ms. */
const LOOK_MS = 15_000;

/** Sources may be as far ahead of the server. Unit: seconds. */
const AHEAD_S = 61;

const MS_PER_SECOND = 1_000;

type Metric = NonNullable<Trigger['metric']>;

/** Resource that a metric measures. */
interface Target {
  readonly id: string;
  readonly name: string;
}

/** A trigger that is looked at. */
interface Watched {
  readonly row: WorkflowTriggerRow;
  readonly trigger: Trigger;
  readonly metric: Metric;
  readonly target: Target;
}

/** Starts the executions of metrics. */
export function metricRuns(parts: BeginParts<CapabilityDeps>): Reconciler {
  return {
    name: 'workflow-metric-triggers',
    summary: 'Starts executions of workflows when metrics cross thresholds.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async ({ guard, mayContinue }) => {
      const { store, metricSeries } = parts.deps;
      if (metricSeries === undefined) return undefined;
      const rows = await store.read({
        from: 'workflow_triggers',
        where: { kind: 'metric', state: 'on' },
        damaged: 'blank',
      });
      const round = { ...parts, guard, mayContinue };
      const works = rows.map((row) => ({
        tenantId: row.tenant_id,
        work: lookSafely(round, metricSeries, row),
      }));
      await takeTurns(parts.deps, works, mayContinue);
      return undefined;
    },
  };
}

async function* lookSafely(
  round: TriggerRound,
  series: MetricSeries,
  row: WorkflowTriggerRow,
): AsyncGenerator<void> {
  try {
    await lookAt(round, series, row);
  } catch (cause) {
    round.deps.logger.warn({ cause, trigger: row.id }, 'a metric trigger could not be evaluated');
  }
  yield;
}

async function lookAt(
  round: TriggerRound,
  series: MetricSeries,
  row: WorkflowTriggerRow,
): Promise<void> {
  const trigger = AutomationTrigger.parse(JSON.parse(row.spec_json));
  const { metric } = trigger;
  if (metric === undefined) return;
  const target = await findTarget(round.deps, row, metric);
  if (typeof target === 'string') return noteOnce(round, row, target);
  const nowMs = round.deps.clock.nowMs();
  const readings = await readValues(series, { metric, target, nowMs });
  if (readings === undefined) return;
  const crossing = planCrossing({ metric, readings, reachedMs: row.reached }, { nowMs });
  await follow(round, { row, trigger, metric, target }, crossing);
}

async function follow(
  round: TriggerRound,
  { row, trigger, metric, target }: Watched,
  crossing: CrossingPlan,
): Promise<void> {
  switch (crossing.kind) {
    case 'stays':
      return;
    case 'ends': {
      const progress = { reached: 0, next_ms: null };
      await noteOutcome(round, row, { progress, outcome: null });
      return;
    }
    case 'begins': {
      const { sinceMs, value } = crossing;
      const progress = { reached: sinceMs, next_ms: null };
      const since = toTimestamp(sinceMs);
      const { name, operator, value: threshold } = metric;
      const seen = { name, operator, threshold, value, since, target: { ...target } };
      const inputs = takeInputs(trigger.inputs ?? {}, seen);
      if (!inputs.ok) {
        const outcome = `${name} started nothing: ${inputs.error}`;
        await noteOutcome(round, row, { progress, outcome, event: 'refused' });
        return;
      }
      const cause = { kind: 'metric', name, since, depth: 1 } as const;
      await startByTrigger(round, { row, inputs: inputs.value, cause, progress });
    }
  }
}

/** Finds the target by name or id. @returns a sentence if there is none */
async function findTarget(
  { store }: Pick<CapabilityDeps, 'store'>,
  { tenant_id }: WorkflowTriggerRow,
  { vm, vm_group: group }: Metric,
): Promise<Target | string> {
  const asked = vm ?? group;
  if (asked === undefined) return { id: tenant_id, name: 'the tenant' };
  const from = vm === undefined ? 'vm_groups' : 'vms';
  const { named, ids } = await store.snapshot({
    named: { from, where: { tenant_id, name: asked }, damaged: 'blank' },
    ids: { from, where: { tenant_id, id: asked }, damaged: 'blank' },
  });
  const [row] = [...ids, ...named];
  if (row !== undefined) return { id: row.id, name: row.name };
  return `there is no ${vm === undefined ? 'VM group' : 'VM'} ${asked} to measure`;
}

async function readValues(
  series: MetricSeries,
  { metric, target, nowMs }: Pick<Watched, 'metric' | 'target'> & { readonly nowMs: number },
): Promise<readonly MetricReading[] | undefined> {
  const run = await series.read({
    targetId: target.id,
    name: metric.name,
    fromS: Math.floor((nowMs - holdMsOf(metric) - STALE_MS) / MS_PER_SECOND),
    toS: Math.floor(nowMs / MS_PER_SECOND) + AHEAD_S,
  });
  if (!run.ok || run.value === undefined) return undefined;
  const { times, mins, maxs } = run.value;
  return times.flatMap((atS, index): MetricReading[] => {
    const [min, max] = [mins[index], maxs[index]];
    if (min === undefined || max === undefined) return [];
    return [{ atMs: Math.min(nowMs, atS * MS_PER_SECOND), min, max }];
  });
}

/** Says it in the workflow, and not again in each round. */
async function noteOnce(
  round: TriggerRound,
  row: WorkflowTriggerRow,
  outcome: string,
): Promise<void> {
  if (row.outcome === outcome) return;
  const progress = { reached: row.reached, next_ms: null };
  await noteOutcome(round, row, { progress, outcome });
}
