/** Shows what models learn from, trains them on request, and replays recommendations. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { VmId } from '@novacron/contract/ids';
import type { OutputOf, ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import { roundTo } from '@novacron/engine/round';
import { explainSignalModel, explainSize } from '@novacron/engine/tuning/explain-tuning';
import type { TuningSignal } from '@novacron/engine/tuning/model/tuning';
import { planSignalModel, TUNING_SIGNALS } from '@novacron/engine/tuning/plan-signal-model';
import type { VmRow } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { seriesOf } from '../../platform/metrics/find-target.ts';
import { MODELS_MAX, replayAll } from './create-analyses.ts';
import { findSignals, readSignals } from './read-signals.ts';
import { readTargets, TARGETS_MAX } from './read-targets.ts';

const WRITTEN: readonly TuningSignal[] = [
  'requests_per_second',
  'errors_per_second',
  'latency_seconds',
];

const PERCENT = 100;
const DAY_S = 86_400;
const DECIMALS = 2;

/** Recommendations of an answer. */
const SHOWN_MAX = 1_000;

/** Shows which signals are measured. Problems: `unavailable`. */
export async function showSignals(
  deps: CapabilityDeps,
  { principal }: CallContext,
): Promise<Result<OutputOf<'optimizer.metrics'>, Problem>> {
  const series = seriesOf(deps);
  if (!series.ok) return series;
  const vms = await readVms(deps, principal.tenantId);
  const counts = new Map<TuningSignal, number>();
  for (const { id } of vms) {
    for (const name of await findSignals(deps, id)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const isPriced = deps.prices.current() !== undefined;
  const signals = TUNING_SIGNALS.map((signal) => ({
    signal,
    source: sourceOf(signal),
    vms: signal === 'cost_per_hour' && isPriced ? vms.length : (counts.get(signal) ?? 0),
    vms_total: vms.length,
  }));
  return ok({ signals });
}

function sourceOf(signal: TuningSignal) {
  if (signal === 'cost_per_hour') return 'prices' as const;
  return WRITTEN.includes(signal) ? ('written' as const) : ('agents' as const);
}

function readVms({ store }: Pick<CapabilityDeps, 'store'>, tenantId: string) {
  const where = { tenant_id: tenantId };
  return store.read({ from: 'vms', where, limit: TARGETS_MAX, damaged: 'blank' });
}

type Models = OutputOf<'optimizer.train'>;

/** Trains models of latency. Problems: `not-found`, `unavailable`. */
export async function trainModels(
  deps: CapabilityDeps,
  { vm_id: vmId, verbose }: ParsedInputOf<'optimizer.train'>,
  { principal: { tenantId } }: CallContext,
): Promise<Result<Models, Problem>> {
  const series = seriesOf(deps);
  if (!series.ok) return series;
  const found =
    vmId === undefined ? undefined : await findResource(deps.store, 'vm', { tenantId, id: vmId });
  if (found?.ok === false) return found;
  const rows = found === undefined ? await readVms(deps, tenantId) : [found.value];
  const measured: VmRow[] = [];
  for (const row of rows) {
    const isMeasured = (await findSignals(deps, row.id)).includes('latency_seconds');
    if (isMeasured || vmId !== undefined) measured.push(row);
  }
  const models: Models['models'] = [];
  for (const row of measured.slice(0, MODELS_MAX)) {
    models.push(await trainOne(deps, row, verbose));
    await nextTurn();
  }
  return ok({ models, omitted: Math.max(0, measured.length - MODELS_MAX) });
}

async function trainOne(
  deps: CapabilityDeps,
  { id, name }: Pick<VmRow, 'id' | 'name'>,
  verbose: boolean,
): Promise<Models['models'][number]> {
  const target = 'latency_seconds';
  const signals = await readSignals(deps, id);
  const made = planSignalModel({ signals, target }, deps);
  const about = { vm_id: VmId.parse(id), vm: name, target };
  if (!made.ok) return { ...about, ...REFUSED, explanation: [made.error.detail] };
  const { model, absent } = made.value;
  const { evaluation, features } = model;
  const { rules, importance, rowsTrained, rowsHeldBack, isBetter } = evaluation;
  const more = [
    ...rules.map(
      ({ rule, mae, r2 }) => `Rule ${rule}: error ${digits(mae)} s, R2 ${roundTo(r2, 3)}.`,
    ),
    `Model: error ${digits(evaluation.model.mae)} s, R2 ${roundTo(evaluation.model.r2, 3)}.`,
    ...importance.map(
      ({ feature, share }) => `${feature}: ${roundTo(share * PERCENT, 1)} % of it.`,
    ),
  ];
  return {
    ...about,
    state: isBetter ? 'better' : 'not_better',
    features: [...features],
    absent: [...absent],
    rows_trained: rowsTrained,
    rows_held_back: rowsHeldBack,
    error: evaluation.model.mae,
    rule: rules[0]?.rule ?? null,
    rule_error: rules[0]?.mae ?? null,
    explanation: [...explainSignalModel(made.value), ...(verbose ? more : [])],
  };
}

const REFUSED = {
  state: 'refused',
  features: [],
  absent: [],
  rows_trained: 0,
  rows_held_back: 0,
  error: null,
  rule: null,
  rule_error: null,
} satisfies Partial<Models['models'][number]>;

function digits(value: number): string {
  return String(Number(value.toPrecision(DECIMALS + 1)));
}

/** Replays recommendations on the stored history. Problems: `unavailable`. */
export async function replayRecommendations(
  deps: CapabilityDeps,
  { days }: ParsedInputOf<'optimizer.replay'>,
  { principal }: CallContext,
): Promise<Result<OutputOf<'optimizer.replay'>, Problem>> {
  const series = seriesOf(deps);
  if (!series.ok) return series;
  const targets = await readTargets(deps, principal.tenantId, days * DAY_S);
  const replayed = await replayAll(targets, Math.floor(days / 2));
  const latestFirst = replayed.toSorted((a, b) => a.daysAgo - b.daysAgo);
  const meanOf = (read: (each: (typeof replayed)[number]) => number) =>
    replayed.length === 0
      ? null
      : roundTo(replayed.reduce((sum, each) => sum + read(each), 0) / replayed.length, DECIMALS);
  const held = meanOf((each) => (each.held ? 1 : 0));
  const expected = meanOf((each) => each.expected);
  const realised = meanOf((each) => each.realised);
  return ok({
    days,
    subjects: targets.filter(({ question }) => question.cpu.histories.length > 0).length,
    changes: latestFirst.slice(0, SHOWN_MAX).map((each) => ({
      subject_id: each.id,
      subject_name: each.name,
      days_ago: each.daysAgo,
      before: explainSize(each.before),
      after: explainSize(each.after),
      held: each.held,
      expected_improvement: roundTo(each.expected, DECIMALS),
      realised_improvement: roundTo(each.realised, DECIMALS),
    })),
    held_ratio: held,
    expected_improvement: expected,
    realised_improvement: realised,
    explanation:
      held === null
        ? ['No size would have been recommended, or the history is shorter than four days.']
        : [
            `${replayed.length} sizes would have been recommended, of which ` +
              `${roundTo(held * PERCENT, 0)} % held for two days.`,
            `They promised ${expected} % on average, and ${realised} % of it was left.`,
          ],
  });
}
