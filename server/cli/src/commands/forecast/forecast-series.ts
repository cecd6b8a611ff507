/** `novacron forecast`: what series in a file will be next, computed on this machine. */
import { err, ok, type Result } from '@novacron/contract/result';
import { continueForecast } from '@novacron/engine/scaling/forecast/continue-forecast';
import { explainForecast } from '@novacron/engine/scaling/forecast/explain-forecast';
import type {
  DayEffect,
  Forecast,
  NamedDates,
} from '@novacron/engine/scaling/forecast/model/forecasting';
import { type Failure, usageFailure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
import type { Document } from '../../output/render-output.ts';
import { startWorkProgress } from '../../output/work-progress.ts';
import { readCalendar } from './read-calendar.ts';
import { type NamedValues, readSeries } from './read-series.ts';
import { type PrintedForecast, renderForecasts } from './render-forecasts.ts';

/** Series to forecast. */
export interface ForecastQuestion {
  /** A file; `-` is standard input. */
  readonly csv: string;
  /** Lengths of seasons. Unit: values. */
  readonly season: readonly number[];
  /** Number of values to forecast. */
  readonly horizon: number;
  /** Series to forecast; all if undefined. */
  readonly series?: readonly string[];
  /** The part of values that intervals are meant to contain. Unit: percent. */
  readonly coverage: number;
  /** Named days, and when the values were measured; undefined: all days are ordinary. */
  readonly calendar?: {
    /** A file; `-` is standard input. */
    readonly path: string;
    /** Time zone in which days begin at midnight. */
    readonly timeZone: string;
    /** Time of the first value. Unit: seconds since the Unix epoch. */
    readonly startS: number;
    /** Between two values. Unit: seconds. */
    readonly stepS: number;
  };
  /** Whether networks compete with other models. */
  readonly networks?: 'tried';
  readonly progress: 'shown' | 'hidden';
}

/** Digits that are worth printing. */
const DIGITS = 8;
const PERCENT = 100;
const MS_PER_SECOND = 1_000;

/**
 * Forecasts each series.
 * Failures: wrong usage for a file that cannot be read and a series that it does not have;
 * `validation-failed` for what is in it.
 */
export async function forecastSeries(
  io: Pick<CliIo, 'readText' | 'stderr' | 'nowMs'>,
  question: ForecastQuestion,
): Promise<Result<Document, Failure>> {
  const read = await readSeries(io, question.csv);
  if (!read.ok) return read;
  const chosen = choose(read.value, question.series);
  if (!chosen.ok) return chosen;
  const { calendar } = question;
  const dates = calendar === undefined ? ok([]) : await readCalendar(io, calendar);
  if (!dates.ok) return dates;
  const total = chosen.value.length;
  const progress = startWorkProgress(io, {
    what: 'forecasting series',
    total,
    shown: question.progress,
  });
  const forecasts = chosen.value.map(({ name, values }, at) => {
    const forecast = forecastOne(values, question, dates.value);
    progress.show(at + 1);
    return { name, forecast };
  });
  progress.end();
  const rows = forecasts.map(({ name, forecast }) => describe(name, forecast));
  const [first, second] = forecasts;
  const isOne = first !== undefined && second === undefined;
  return ok(renderForecasts(rows, isOne ? explainForecast(first.forecast) : []));
}

function choose(
  all: readonly NamedValues[],
  names: readonly string[] | undefined,
): Result<readonly NamedValues[], Failure> {
  if (names === undefined) return ok(all);
  const unknown = names.find((name) => all.every((series) => series.name !== name));
  if (unknown !== undefined) return err(usageFailure(`the file has no series ${unknown}`));
  return ok(all.filter(({ name }) => names.includes(name)));
}

/** Times are of use to a calendar only. */
const WITHOUT_TIMES = { startS: 0, stepS: 1 };

function forecastOne(
  values: readonly number[],
  { horizon, season, coverage, calendar, networks }: ForecastQuestion,
  dates: readonly NamedDates[],
): Forecast {
  const { startS, stepS } = calendar ?? WITHOUT_TIMES;
  const request = {
    horizon,
    periods: season,
    coverageRatio: coverage / PERCENT,
    ...(networks && { networks }),
    ...(dates.length > 0 && { calendar: { dates } }),
  };
  return continueForecast({ startS, stepS, values }, request, undefined).forecast;
}

function describe(name: string, forecast: Forecast): PrintedForecast {
  const { origins, accuracyRatio, smape, mase, models } = forecast.backtest;
  return {
    series: name,
    model: forecast.model,
    backtest: {
      origins,
      accuracy: round(accuracyRatio),
      smape: round(smape),
      mase: round(mase),
      models: models.map((each) => ({
        model: each.model,
        smape: round(each.smape),
        mase: round(each.mase),
      })),
    },
    point: forecast.point.map(round),
    lower: forecast.lower.map(round),
    upper: forecast.upper.map(round),
    ...(forecast.calendar && { calendar: forecast.calendar.map(describeDay) }),
  };
}

function describeDay({ name, startS, endS, earlierDays, ratio, state }: DayEffect) {
  const toTime = (atS: number) => new Date(atS * MS_PER_SECOND).toISOString();
  return {
    name,
    starts_at: toTime(startS),
    ends_at: toTime(endS),
    earlier_days: earlierDays,
    ratio: ratio === undefined ? null : round(ratio),
    state,
  };
}

function round(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
