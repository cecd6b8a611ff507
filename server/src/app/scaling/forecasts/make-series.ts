/** Makes of what a series has what is forecast from: values at equal intervals. Pure. */

import { unitOfMetric } from '@novacron/contract/formats/metric-name';
import type { ForecastGap } from '@novacron/contract/monitoring/forecast-operations';
import type { Series } from '@novacron/engine/scaling/forecast/model/forecasting';
import type { SeriesRun } from '../../../ports/metric-series.ts';
import { type Steps, summarizeRun } from '../../platform/metrics/summarize-run.ts';

/** A history, and why nothing may be forecast from it. */
export interface ForecastHistory {
  /** From the first step with a value until now; empty where there is none. */
  readonly series: Series;
  /** Steps that have a value. */
  readonly known: number;
  /** Undefined where there is enough. */
  readonly gap: ForecastGap | undefined;
}

/** Fewer values say nothing about the next one. */
const VALUES_MIN = 20;

/** A series of which most is missing is guessed rather than forecast. */
const KNOWN_RATIO_MIN = 0.5;

/** Its source may be late by this many steps, or by this long. */
const LATE_STEPS_MAX = 3;
const LATE_S_MAX = 600;

/** Range of a history. */
export interface HistoryRange {
  readonly steps: Steps;
  /** Requested horizon; a forecast reaches no further than the length of its history. */
  readonly horizonS: number;
}

/**
 * Makes the history.
 * @param run - ascending
 * @param factor - each step is multiplied by the mean of this gauge; one without it has no value
 */
export function makeSeries(
  name: string,
  run: SeriesRun,
  { steps, horizonS, factor }: HistoryRange & { readonly factor?: SeriesRun },
): ForecastHistory {
  const statistic = unitOfMetric(name)?.kind === 'counter' ? 'rate' : 'avg';
  const { fromS, toS, stepS } = steps;
  const times = factor && summarizeRun(factor, steps, ['avg']);
  const all = summarizeRun(run, steps, [statistic]).map((each, at) => {
    const by = times === undefined ? 1 : (times[at]?.avg ?? Number.NaN);
    return (each[statistic] ?? Number.NaN) * by;
  });
  const first = all.findIndex(Number.isFinite);
  const last = all.findLastIndex(Number.isFinite);
  const values = first < 0 ? [] : all.slice(first);
  const startS = fromS + Math.max(0, first) * stepS;
  const series = { startS, stepS, values };
  const known = values.filter(Number.isFinite).length;
  const lateS = toS - (fromS + (last + 1) * stepS);
  return { series, known, gap: findGap({ known, lateS, horizonS, series }) };
}

interface Found {
  readonly known: number;
  /** Time between the end of the last step with a value and now. */
  readonly lateS: number;
  readonly horizonS: number;
  readonly series: Series;
}

function findGap({ known, lateS, horizonS, series }: Found): ForecastGap | undefined {
  const { values, stepS } = series;
  if (known > 0 && lateS > Math.max(LATE_S_MAX, LATE_STEPS_MAX * stepS)) return 'stale';
  if (known < VALUES_MIN || values.length * stepS < horizonS) return 'too_short';
  return known < values.length * KNOWN_RATIO_MIN ? 'too_many_gaps' : undefined;
}
