/** The highest use of each day of a history by hour: what a capacity has to be enough for. */
import type { Series } from '../../scaling/forecast/model/forecasting.ts';

const HOURS_PER_DAY = 24;

/**
 * Takes them. Days are counted back from the end, so that each is whole whatever the time zone; a
 * day without measurements is as the one before.
 * @param history - by hour
 * @returns one value a day, the oldest first
 */
export function takeDailyPeaks({ values }: Series): readonly number[] {
  const days = Math.floor(values.length / HOURS_PER_DAY);
  const first = values.length - days * HOURS_PER_DAY;
  const peaks: number[] = [];
  for (let day = 0; day < days; day += 1) {
    let peak = Number.NEGATIVE_INFINITY;
    for (let hour = 0; hour < HOURS_PER_DAY; hour += 1) {
      const value = values[first + day * HOURS_PER_DAY + hour] ?? Number.NaN;
      if (value > peak) peak = value;
    }
    const known = Number.isFinite(peak) ? peak : peaks.at(-1);
    if (known !== undefined) peaks.push(known);
  }
  return peaks;
}
