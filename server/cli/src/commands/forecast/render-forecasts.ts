/** Printing of forecasts: of a file and of a server alike. */
import type { Fields } from '../../output/fields.ts';
import type { Document } from '../../output/render-output.ts';
import { layOutColumns } from '../policy/files/lay-out-columns.ts';

/** Past accuracy of a model, or of all models together. */
interface Score extends Fields {
  readonly smape: number;
  readonly mase: number;
}

/** A forecast as its JSON has it. */
export interface PrintedForecast extends Fields {
  readonly series: string;
  /** Name of a model, `ensemble`, or `none` for a series of which nothing is known. */
  readonly model: string;
  readonly backtest: Score & {
    readonly origins: number;
    readonly accuracy: number;
    readonly models: readonly (Score & { readonly model: string })[];
  };
  readonly point: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

const HEADERS = ['SERIES', 'NEXT', 'LOWER', 'UPPER', 'LAST', 'ACCURACY', 'MODEL'];
const SHOWN_DIGITS = 4;
const PERCENT = 100;

/**
 * Renders forecasts: an array for programs, for people a line for each series with the next value,
 * its interval and the last one of the horizon.
 * @param words - sentences below the lines
 */
export function renderForecasts(
  forecasts: readonly PrintedForecast[],
  words: readonly string[],
): Document {
  const rows = forecasts.map(({ series, model, backtest, point, lower, upper }) => [
    series,
    cell(point[0]),
    cell(lower[0]),
    cell(upper[0]),
    cell(point.at(-1)),
    backtest.origins === 0 ? '-' : `${Math.round(backtest.accuracy * PERCENT)}%`,
    model,
  ]);
  const lines = words.length === 0 ? [] : ['', ...words];
  const text = layOutColumns([HEADERS, ...rows]) + lines.map((line) => `${line}\n`).join('');
  return { kind: 'report', value: forecasts, text };
}

function cell(value: number | undefined): string {
  return value === undefined ? '-' : String(Number(value.toPrecision(SHOWN_DIGITS)));
}
