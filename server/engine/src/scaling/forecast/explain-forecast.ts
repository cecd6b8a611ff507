/** A forecast in lines for people: by which models, and how good they were before. */
import type { DayEffect, Forecast } from './model/forecasting.ts';

const PERCENT = 100;
const MS_PER_SECOND = 1_000;

/** Explains. Some sentences: models, how good they were, and a sentence for each named day. */
export function explainForecast(forecast: Forecast): readonly string[] {
  return [...explainModels(forecast), ...(forecast.calendar ?? []).map(explainDay)];
}

/** Says what a named day does to a forecast, and what that was learnt from. */
export function explainDay({ name, startS, earlierDays, ratio, state }: DayEffect): string {
  const day = `The named day ${name}, which begins at ${toUtc(startS)}`;
  if (state === 'none_before') {
    return `${day}, is forecast as an ordinary day: no earlier day of that name was measured.`;
  }
  const days = earlierDays === 1 ? '1 earlier day' : `${earlierDays} earlier days`;
  if (state === 'unlike') {
    const why = `${days} of that name do not resemble each other`;
    return `${day}, is forecast as an ordinary day: ${why}.`;
  }
  const factor = ratio === undefined ? '' : `with ${ratio.toFixed(2)} times an ordinary day, `;
  return `${day}, is forecast ${factor}by ${days} of that name.`;
}

function toUtc(atS: number): string {
  return new Date(atS * MS_PER_SECOND).toISOString().replace('.000Z', 'Z');
}

function explainModels({ model, point, backtest }: Forecast): readonly string[] {
  if (point.length === 0) return ['The series has no values, so nothing is forecast.'];
  const by = model === 'ensemble' ? 'the weighted median of several models' : model;
  const { origins, accuracyRatio, mase, models } = backtest;
  if (origins === 0) {
    return [`Forecast by ${by}: the series is too short to compare forecasts with what came.`];
  }
  const times = origins === 1 ? 'forecast' : 'forecasts';
  const scores = models.map((each) => `${each.model} ${each.mase.toFixed(2)}`);
  return [
    `Forecast by ${by}. ${origins} earlier ${times} of it had an accuracy of ` +
      `${Math.round(accuracyRatio * PERCENT)} % and a MASE of ${mase.toFixed(2)}.`,
    `MASE of each model, the best first: ${scores.join(', ')}.`,
  ];
}
