/** Output line of a figure: one object, the same shape for all. */
import { median } from 'simple-statistics';
import { round } from './statistics.mjs';

/**
 * A time as a multiple of a peer's in the same run: the median of the rounds' ratios, since a
 * machine that changes its speed between rounds seldom does within one.
 * @param {{ ours: readonly number[], peer: readonly number[] }} times - in ms
 * @param {{ peer: string, goal: number }} about
 */
export function ratioLine(times, { peer, goal }) {
  const ratios = times.ours.map((oursMs, index) => oursMs / times.peer[index]);
  const value = round(median(ratios), 2);
  return {
    value,
    unit: 'ratio',
    peer,
    goal,
    better: 'lower',
    ok: value <= goal,
    ours_ms: round(median(times.ours), 1),
    peer_ms: round(median(times.peer), 1),
    repetitions: ratios.length,
  };
}

/**
 * An absolute figure, whose goal is eased on a machine that is slower than the reference.
 * @param {{ value: number, unit: string, goal: number, better: 'lower' | 'higher' }} figure
 * @param {{ factor: number }} calibration
 */
export function calibratedLine({ value, unit, goal, better }, calibration) {
  const isLower = better === 'lower';
  const scaled = isLower ? goal * calibration.factor : goal / calibration.factor;
  const ok = isLower ? value <= scaled : value >= scaled;
  const digits = unit === 's' ? 3 : 0;
  const goals = { goal: round(scaled, digits), goal_unscaled: goal };
  return { value: round(value, digits), unit, ...goals, better, ok, calibration };
}
