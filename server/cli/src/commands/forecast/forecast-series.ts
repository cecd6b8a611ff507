/** `novacron forecast`: what series in a file will be next, computed on this machine. */
import { err, ok, type Result } from '@novacron/contract/result';
import { explainForecast } from '@novacron/engine/forecasting/explain-forecast';
import type { Forecast } from '@novacron/engine/forecasting/model/forecasting';
import { planForecast } from '@novacron/engine/forecasting/plan-forecast';
import { type Failure, usageFailure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
import type { Document } from '../../output/render-output.ts';
import { startWorkProgress } from '../../output/work-progress.ts';
import { type NamedValues, readSeries } from './read-series.ts';
import { type PrintedForecast, renderForecasts } from './render-forecasts.ts';

/** What is asked. */
export interface ForecastQuestion {
  /** A file; `-` is standard input. */
  readonly csv: string;
  /** Lengths of seasons. Unit: values. */
  readonly season: readonly number[];
  /** How many values. */
  readonly horizon: number;
  /** Of these series only; all where undefined. */
  readonly series?: readonly string[];
  /** The part of values that intervals are meant to contain. Unit: percent. */
  readonly coverage: number;
  /** Whether networks compete with other models. */
  readonly networks?: 'tried';
  readonly progress: 'shown' | 'hidden';
}

/** Digits that are worth printing. */
const DIGITS = 8;
const PERCENT = 100;

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
  const total = chosen.value.length;
  const progress = startWorkProgress(io, {
    what: 'forecasting series',
    total,
    shown: question.progress,
  });
  const forecasts = chosen.value.map(({ name, values }, at) => {
    const forecast = forecastOne(values, question);
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

function forecastOne(values: readonly number[], question: ForecastQuestion): Forecast {
  const { horizon, season, coverage, networks } = question;
  return planForecast(
    { startS: 0, stepS: 1, values },
    { horizon, periods: season, coverageRatio: coverage / PERCENT, ...(networks && { networks }) },
  );
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
  };
}

function round(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
