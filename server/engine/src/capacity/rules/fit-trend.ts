/**
 * The trend of daily values, which a step or some outliers hardly change, and their weekdays.
 * Source: Sen, "Estimates of the regression coefficient based on Kendall's tau" (1968).
 */
import { mean, median } from 'simple-statistics';

const DAYS_PER_WEEK = 7;

/** Pairs of days that are closer say more about noise than about the trend. */
const DISTANCE_RATIO_MIN = 0.25;

/** Days whose pairs are compared: an older trend is over. */
const TREND_DAYS_MAX = 42;

/** Less than two weeks does not separate weekdays from a trend. */
const SEASON_DAYS_MIN = 2 * DAYS_PER_WEEK;

/**
 * Fits the change a day: the median of the changes between days, less as more of them contradict
 * each other.
 */
export function fitTrend(values: readonly number[]): number {
  const days = values.slice(-TREND_DAYS_MAX);
  const distanceMin = Math.max(1, days.length * DISTANCE_RATIO_MIN);
  const slopes: number[] = [];
  for (let to = 1; to < days.length; to += 1) {
    for (let from = 0; to - from >= distanceMin; from += 1) {
      slopes.push(((days[to] ?? 0) - (days[from] ?? 0)) / (to - from));
    }
  }
  if (slopes.length === 0) return 0;
  const agreement = slopes.reduce((sum, slope) => sum + Math.sign(slope), 0) / slopes.length;
  return median(slopes) * Math.abs(agreement);
}

/**
 * Measures how much higher or lower each weekday is.
 * @param trend - of the same values
 * @returns by the distance from the first value modulo 7; zeros where too little is known
 */
export function fitWeekdays(values: readonly number[], trend: number): readonly number[] {
  if (values.length < SEASON_DAYS_MIN) return new Array<number>(DAYS_PER_WEEK).fill(0);
  const rest = values.map((value, day) => value - trend * day);
  const level = median(rest);
  return Array.from({ length: DAYS_PER_WEEK }, (_, weekday) => {
    const own = rest.filter((_value, day) => day % DAYS_PER_WEEK === weekday);
    // Few weeks make a weekday less certain: it is drawn towards the level.
    return (mean(own) - level) * (own.length / (own.length + 1));
  });
}
