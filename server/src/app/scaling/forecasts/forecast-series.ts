/** Forecasts stored series, with models that are selected for each from time to time. */
import { canonicalJson } from '@novacron/contract/json';
import type { ForecastGap } from '@novacron/contract/monitoring/forecast-operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { findNamedDays } from '@novacron/engine/scaling/forecast/calendar/find-named-days';
import { chooseModels } from '@novacron/engine/scaling/forecast/choose-models';
import type {
  Calendar,
  DayEffect,
  Forecast,
  NamedDates,
  Selection,
} from '@novacron/engine/scaling/forecast/model/forecasting';
import type { ForecastTuning } from '@novacron/engine/scaling/forecast/model/tuning';
import type { MetricSeries, MetricTarget } from '../../../ports/metric-series.ts';
import type { ForecastSelectionRow } from '../../../ports/tables/learning-rows.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { seriesOf } from '../../platform/metrics/find-target.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { chooseGrid, type Grid, periodsOf } from './choose-grid.ts';
import { addVersion } from './list-forecast-models.ts';
import { type ForecastHistory, type HistoryRange, makeSeries } from './make-series.ts';

/** Dependencies of forecasting. */
export type ForecastDeps = Pick<
  CapabilityDeps,
  'store' | 'metricSeries' | 'forecasts' | 'logger' | 'telemetry'
>;

/** Requested forecast. */
export interface ForecastQuestion {
  readonly target: MetricTarget;
  /** Name of the metric. */
  readonly name: string;
  /** Name of another metric of the target: its product with the first one is forecast. */
  readonly factor?: string;
  /** 1 minute to 3 days. */
  readonly horizonMs: number;
  /** Lengths of seasons; a day and a week where undefined. Models are then selected each time. */
  readonly seasonsS?: readonly number[] | undefined;
  /** Choice of models; undefined: the most accurate ones. */
  readonly tuning?: ForecastTuning | undefined;
  /** Days that are unlike ordinary ones; undefined: none. */
  readonly calendar?: readonly NamedDates[] | undefined;
}

/** A forecast with where it comes from. */
export interface SeriesForecast {
  readonly grid: Grid;
  /** Steps that are forecast. */
  readonly horizon: number;
  readonly history: ForecastHistory | undefined;
  /** Undefined where `gap` says why. */
  readonly found:
    | { readonly forecast: Forecast; readonly selection: Selection; readonly selectedAtMs: number }
    | undefined;
  readonly gap: ForecastGap | undefined;
}

/** Expected load for planning the size of a group. */
export interface ExpectedLoad {
  /** Begin of the first step. Unit: ms since the Unix epoch. */
  readonly startMs: number;
  readonly stepMs: number;
  /** Forecast values per step from then on. */
  readonly point: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** 0 to 1, by earlier forecasts; below 0.7 it is not accurate enough to act on. */
  readonly accuracyRatio: number;
  /** Name of a model, or `ensemble`. */
  readonly model: string;
  /** Named days in the horizon. */
  readonly calendar: readonly DayEffect[];
}

const MS_PER_SECOND = 1_000;

/** Validity of a selection. Unit: ms. */
const SELECTION_MS = 86_400_000;

/** One that was not accurate enough is made again sooner, from more history. Unit: ms. */
const FALLBACK_MS = 3_600_000;

/** Named days are learnt from hours, as long as these are stored. Unit: seconds. */
const CALENDAR_STEP_S = 3_600;
const CALENDAR_HISTORY_S = 400 * 86_400;

/** Digits of stored numbers: the reach of an interval is an estimate. */
const DIGITS = 6;

/**
 * Forecasts for those who decide by it.
 * @returns undefined where nothing is known; the log says what failed
 */
export async function forecastSeries(
  deps: ForecastDeps,
  question: ForecastQuestion,
  nowMs: number,
): Promise<ExpectedLoad | undefined> {
  const made = await makeForecast(deps, question, nowMs);
  if (!made.ok) {
    const { target, name } = question;
    deps.logger.warn({ target: target.id, metric: name, problem: made.error }, 'no forecast');
    return undefined;
  }
  const { found, history, grid } = made.value;
  if (found === undefined || history === undefined) return undefined;
  const { point, lower, upper, model, backtest, calendar = [] } = found.forecast;
  const { accuracyRatio } = backtest;
  const { startS, values } = history.series;
  const stepMs = grid.stepS * MS_PER_SECOND;
  const startMs = startS * MS_PER_SECOND + values.length * stepMs;
  return { startMs, stepMs, point, lower, upper, accuracyRatio, model, calendar };
}

/** Forecasts. Problems: `unavailable`. */
export async function makeForecast(
  deps: ForecastDeps,
  question: ForecastQuestion,
  nowMs: number,
): Promise<Result<SeriesForecast, Problem>> {
  const { horizonMs } = question;
  const horizonS = Math.ceil(horizonMs / MS_PER_SECOND);
  const grid = chooseGrid(horizonS);
  const { stepS } = grid;
  const horizon = Math.ceil(horizonS / stepS);
  const series = seriesOf(deps);
  if (!series.ok) return series;
  const toS = Math.floor(nowMs / MS_PER_SECOND / stepS) * stepS;
  const fromS = toS - Math.min(grid.historyS, question.tuning?.windowS ?? grid.historyS);
  const steps = { fromS, toS, stepS };
  const read = await readHistory(series.value, question, { steps, horizonS });
  if (!read.ok) return read;
  const history = read.value;
  const gap = history === undefined ? 'no_series' : history.gap;
  const asked = { grid, horizon, history };
  if (history === undefined || gap !== undefined) {
    deps.telemetry.count('novacron_forecasts_total', { outcome: gap ?? 'no_series' });
    return ok({ ...asked, gap, found: undefined });
  }
  const calendar = await readCalendar(series.value, question, { grid, history });
  if (!calendar.ok) return calendar;
  const found = await forecastHistory(
    deps,
    { question, grid, history, calendar: calendar.value },
    nowMs,
  );
  if (!found.ok) return found;
  const { forecast, ...selected } = found.value;
  const cut = (values: readonly number[]) => values.slice(0, horizon);
  const { point, lower, upper } = forecast;
  const endS = endOf(history) + horizon * stepS;
  const days = forecast.calendar?.filter((day) => day.startS < endS);
  const shown = {
    ...forecast,
    point: cut(point),
    lower: cut(lower),
    upper: cut(upper),
    ...(days && { calendar: days }),
  };
  return ok({ ...asked, gap, found: { forecast: shown, ...selected } });
}

/** Returns the start of the first forecast step. Unit: seconds. */
function endOf({ series: { startS, stepS, values } }: ForecastHistory): number {
  return startS + values.length * stepS;
}

/** @returns undefined where no named day is near: its history would be read for nothing */
async function readCalendar(
  series: MetricSeries,
  question: ForecastQuestion,
  { grid, history }: Pick<Asked, 'grid' | 'history'>,
): Promise<Result<Calendar | undefined, Problem>> {
  const { calendar: dates = [] } = question;
  const endS = endOf(history);
  const near = { fromS: history.series.startS, toS: endS + grid.horizonS };
  if (findNamedDays(dates, near).length === 0) return ok(undefined);
  const toS = Math.floor(endS / CALENDAR_STEP_S) * CALENDAR_STEP_S;
  const steps = { fromS: toS - CALENDAR_HISTORY_S, toS, stepS: CALENDAR_STEP_S };
  const read = await readHistory(series, question, { steps, horizonS: CALENDAR_STEP_S });
  return read.ok ? ok({ dates, ...(read.value && { history: read.value.series }) }) : read;
}

async function readHistory(
  series: MetricSeries,
  { target, name, factor }: ForecastQuestion,
  wanted: HistoryRange,
): Promise<Result<ForecastHistory | undefined, Problem>> {
  const { fromS, toS, stepS } = wanted.steps;
  // The first step of a counter has a rate by the entry before it.
  const names = factor === undefined ? [name] : [name, factor];
  const runs = await series.readTogether({ targetId: target.id, names, fromS: fromS - stepS, toS });
  if (!runs.ok) return runs;
  const run = runs.value.get(name);
  if (run === undefined) return ok(undefined);
  if (factor === undefined) return ok(makeSeries(name, run, wanted));
  const times = runs.value.get(factor);
  return ok(times && makeSeries(name, run, { ...wanted, factor: times }));
}

interface Asked {
  readonly question: ForecastQuestion;
  readonly grid: Grid;
  readonly history: ForecastHistory;
  readonly calendar: Calendar | undefined;
}

/** Forecasts as far as the steps of the history are meant for. */
async function forecastHistory(
  deps: ForecastDeps,
  { question, grid, history, calendar }: Asked,
  nowMs: number,
): Promise<Result<NonNullable<SeriesForecast['found']>, Problem>> {
  const { target, seasonsS, tuning = {} } = question;
  const { forecasts, telemetry } = deps;
  if (forecasts === undefined) return err(noForecast('this server makes none'));
  const row = seasonsS === undefined ? await readSelection(deps, question, grid) : undefined;
  const stored = row && readFresh(row, nowMs);
  const { stepS, horizonS } = grid;
  const isRenewal = stored === undefined && row !== undefined && isEnsemble(row);
  const request = {
    horizon: horizonS / stepS,
    periods: tuning.seasons === 'ignored' ? [] : periodsOf(grid, seasonsS),
    ...chooseModels(tuning),
    ...(calendar && { calendar }),
    ...(isRenewal && tuning.family === undefined && { networks: 'tried' as const }),
  };
  const task = { series: history.series, request, selection: stored };
  const done = await forecasts.forecast(task, target.tenantId);
  if (done.kind === 'failed') {
    telemetry.count('novacron_forecasts_total', { outcome: 'failed' });
    return err(noForecast(done.why));
  }
  const { forecast, selection, change } = done.answer;
  telemetry.count('novacron_forecasts_total', { outcome: change });
  if (row !== undefined && change === 'kept') {
    return ok({ forecast, selection, selectedAtMs: row.selected_at_ms });
  }
  const asked = { question, grid, selection, before: row, isDrift: change === 'drifted' };
  if (seasonsS === undefined) await storeSelection(deps, asked, nowMs);
  return ok({ forecast, selection, selectedAtMs: nowMs });
}

/** Each choice of models has a selection of its own. */
function idOf({ target, name, factor, tuning }: ForecastQuestion, { stepS }: Grid): string {
  const what = factor === undefined ? name : `${name}*${factor}`;
  const chosen = tuning === undefined ? '' : `/${canonicalJson({ ...tuning })}`;
  return `${target.id}/${what}/${stepS}${chosen}`;
}

async function readSelection(
  { store }: Pick<ForecastDeps, 'store'>,
  question: ForecastQuestion,
  grid: Grid,
): Promise<ForecastSelectionRow | undefined> {
  const where = { id: idOf(question, grid), tenant_id: question.target.tenantId };
  const [row] = await store.read({ from: 'forecast_selections', where });
  return row;
}

/** @returns undefined for one that is too old, or cannot be read */
function readFresh(row: ForecastSelectionRow, nowMs: number): Selection | undefined {
  const selection = parseStored<Selection>(row.selection_json);
  if (selection === undefined) return undefined;
  const holdsMs = selection.kind === 'fallback' ? FALLBACK_MS : SELECTION_MS;
  const ageMs = nowMs - row.selected_at_ms;
  // A clock that was set back makes a selection of the future: it is made again.
  return ageMs >= 0 && ageMs < holdsMs ? selection : undefined;
}

/**
 * Networks compete when the selection of a day is renewed: once a day, and not while a server that
 * has just started selects for all metrics, nor each hour for one that nothing forecasts.
 */
function isEnsemble(row: ForecastSelectionRow): boolean {
  return parseStored<Selection>(row.selection_json)?.kind === 'ensemble';
}

/** Stores a selection; if that fails, the next forecast selects again. */
async function storeSelection(
  { store, logger }: Pick<ForecastDeps, 'store' | 'logger'>,
  asked: Pick<Asked, 'question' | 'grid'> & {
    readonly selection: Selection;
    readonly before: ForecastSelectionRow | undefined;
    readonly isDrift: boolean;
  },
  nowMs: number,
): Promise<void> {
  const { question, grid, selection, before, isDrift } = asked;
  const { target, name } = question;
  const row = {
    id: idOf(question, grid),
    tenant_id: target.tenantId,
    target_id: target.id,
    metric: name,
    step_s: grid.stepS,
    selection_json: JSON.stringify(selection, shorten),
    selected_at_ms: nowMs,
    versions_json: addVersion(before, selection, { atMs: nowMs, isDrift }),
  };
  const done = await commitChanges({ store }, [{ kind: 'put', into: 'forecast_selections', row }]);
  if (!done.ok) logger.warn({ problem: done.error }, 'the selection of a forecast is not stored');
}

function shorten(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(DIGITS)) : value;
}

function noForecast(why: string): Problem {
  return problem('unavailable', {
    detail: `The metric is not forecast: ${why}.`,
    remedy: 'Send the request again in some seconds.',
  });
}
