/** A forecast in lines for people: by which models, and how good they were before. */
import type { Forecast } from './model/forecasting.ts';

const PERCENT = 100;

/** Explains. One sentence or two; none for a forecast without values. */
export function explainForecast({ model, point, backtest }: Forecast): readonly string[] {
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
