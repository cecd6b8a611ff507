/** Shows the forecast of a metric. */
import { parseDuration } from '@novacron/contract/formats/duration';
import { unitOfMetric } from '@novacron/contract/formats/metric-name';
import { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import type {
  ForecastGap,
  MetricForecast,
} from '@novacron/contract/monitoring/forecast-operations';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { assert, ok, type Result } from '@novacron/contract/result';
import { explainForecast } from '@novacron/engine/scaling/forecast/explain-forecast';
import type { Backtest, DayEffect } from '@novacron/engine/scaling/forecast/model/forecasting';
import type { MetricTarget } from '../../../ports/metric-series.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { findTarget } from '../../platform/metrics/find-target.ts';
import { desiredAs } from '../../rows/answer-resource.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { datesOfGroup } from './dates-of-group.ts';
import { makeForecast, type SeriesForecast } from './forecast-series.ts';
import { tuningOfGroup } from './tuning-of-group.ts';

const MS_PER_SECOND = 1_000;

/** Digits that are worth showing. */
const DIGITS = 8;

/** Forecasts. Problems: `not-found`, `validation-failed`, `unavailable`. */
export async function showForecast(
  deps: CapabilityDeps,
  input: ParsedInputOf<'metric.forecast'>,
  context: CallContext,
): Promise<Result<MetricForecast, Problem>> {
  const target = await findTarget(deps, input, context);
  if (!target.ok) return target;
  const { name, horizon, seasons } = input;
  const horizonMs = parseDuration(horizon);
  assert(horizonMs !== undefined, 'the schema lets durations pass only');
  const seasonsS = seasons?.map((season) => Number(parseDuration(season)) / MS_PER_SECOND);
  const scaling = await readScaling(deps, target.value);
  const chosen = { calendar: datesOfGroup(scaling), tuning: tuningOfGroup(scaling) };
  const question = { target: target.value, name, horizonMs, seasonsS, ...chosen };
  const made = await makeForecast(deps, question, deps.clock.nowMs());
  return made.ok ? ok(describe(name, made.value)) : made;
}

/** Only groups have a calendar and models; those of a group that is deleted are of no use. */
async function readScaling({ store }: Pick<CapabilityDeps, 'store'>, target: MetricTarget) {
  const { id, tenantId, kind } = target;
  if (kind !== 'vm_group') return null;
  const found = await findResource(store, 'vm_group', { tenantId, id });
  return found.ok ? desiredAs(found.value, VmGroupSpec).scaling : null;
}

function describe(name: string, made: SeriesForecast): MetricForecast {
  const { grid, horizon, history, found, gap } = made;
  const metric = unitOfMetric(name);
  assert(metric !== undefined, `${name} was accepted by its unit`);
  const { unit, kind } = metric;
  const { stepS } = grid;
  const series = history !== undefined && history.known > 0 ? history.series : undefined;
  const endS = series === undefined ? 0 : series.startS + series.values.length * stepS;
  const timeOf = (atS: number) => toTimestamp(atS * MS_PER_SECOND);
  const forecast = found?.forecast;
  return {
    name,
    unit: kind === 'counter' ? `${unit} per second` : unit,
    kind,
    known: found !== undefined,
    reason: gap ?? null,
    step_seconds: stepS,
    horizon_seconds: horizon * stepS,
    history_from: series === undefined ? null : timeOf(series.startS),
    history_to: series === undefined ? null : timeOf(endS),
    history_values: history?.known ?? 0,
    model: forecast?.model ?? null,
    selection: found?.selection.kind ?? null,
    selected_at: found === undefined ? null : toTimestamp(found.selectedAtMs),
    backtest: forecast === undefined ? null : describeBacktest(forecast.backtest),
    times: (forecast?.point ?? []).map((_, step) => timeOf(endS + step * stepS)),
    point: (forecast?.point ?? []).map(round),
    lower: (forecast?.lower ?? []).map(round),
    upper: (forecast?.upper ?? []).map(round),
    calendar: (forecast?.calendar ?? []).map(describeDay),
    explanation: [...(gap === undefined ? explainFound(found) : [GAPS[gap]])],
  };
}

function explainFound(found: SeriesForecast['found']): readonly string[] {
  if (found === undefined) return [];
  const fallback =
    'It is not accurate enough to act on: scaling by forecast waits, and models are selected ' +
    'again within an hour.';
  const lines = explainForecast(found.forecast);
  return found.selection.kind === 'fallback' ? [...lines, fallback] : lines;
}

const GAPS: Readonly<Record<ForecastGap, string>> = {
  no_series: 'There is no such metric yet, so nothing is forecast. See: novacron metric list',
  too_short:
    'The history has fewer than 20 steps or is shorter than the horizon, so nothing is ' +
    'forecast. Ask for a shorter horizon, or later.',
  too_many_gaps: 'More than half of the history is missing, so nothing is forecast.',
  stale: 'No sample came for some time, so nothing is forecast. See why its source is silent.',
};

function describeBacktest({ origins, accuracyRatio, smape, mase, models }: Backtest) {
  return {
    origins,
    accuracy_ratio: round(accuracyRatio),
    smape: round(smape),
    mase: round(mase),
    models: models.map((each) => ({
      model: each.model,
      smape: round(each.smape),
      mase: round(each.mase),
    })),
  };
}

function describeDay({ name, startS, endS, earlierDays, ratio, state }: DayEffect) {
  return {
    name,
    starts_at: toTimestamp(startS * MS_PER_SECOND),
    ends_at: toTimestamp(endS * MS_PER_SECOND),
    earlier_days: earlierDays,
    ratio: ratio === undefined ? null : round(ratio),
    state,
  };
}

function round(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
