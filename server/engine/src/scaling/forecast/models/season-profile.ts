/**
 * The mean of the last seasons at the same time of each, shifted to where the series is now: a
 * shift that fades, since most of them do.
 */
import type { Forecaster } from '../model/forecasting.ts';
import { clampForecast } from '../series/make-history.ts';
import { makeTransform } from '../series/transform.ts';

/** Seasons whose mean is taken. */
const SEASONS = 3;

/** Share of the shift that remains after the shortest season. */
const SHIFT_KEPT = 0.7;

/** Profile of the longest season; the shift comes from the last shortest season. */
export const seasonProfile: Forecaster = {
  name: 'season-profile',
  fit: (history) => {
    const [short] = history.periods;
    const long = history.periods.at(-1);
    if (short === undefined || long === undefined) return undefined;
    if (history.values.length < long + short) return undefined;
    const scale = makeTransform('log', history.values);
    return {
      predict: (horizon, behind) => {
        const values = scale.forward(behind.values);
        const count = values.length;
        const seasons = Math.min(SEASONS, Math.floor((count - short) / long));
        /** The mean of the seasons before, at a place in the last season or in the next one. */
        const profileAt = (place: number) => {
          let sum = 0;
          for (let back = 1; back <= seasons; back += 1) {
            sum += values[count - back * long + place] ?? 0;
          }
          return sum / seasons;
        };
        let shift = 0;
        for (let back = 1; back <= short; back += 1) {
          shift += ((values[count - back] ?? 0) - profileAt(-back)) / short;
        }
        const ahead = new Float64Array(horizon).map(
          (_, step) => profileAt(step % long) + shift * SHIFT_KEPT ** (step / short),
        );
        return clampForecast(scale.back(ahead), behind);
      },
    };
  },
};
