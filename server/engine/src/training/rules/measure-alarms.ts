/** Measures predictions as alarms. */
import type { AlarmScores } from '../model/training.ts';

/** An alarm is raised where the prediction is above a value, and right where the target is. */
export function measureAlarms(
  target: Float64Array,
  predicted: Float64Array,
  above: number,
): AlarmScores {
  const isHigh = (row: number) => (target[row] ?? 0) > above;
  const rows = [...target.keys()];
  const high = rows.filter(isHigh);
  const raised = rows.filter((row) => (predicted[row] ?? 0) > above);
  const right = raised.filter(isHigh).length;
  const precision = raised.length === 0 ? null : right / raised.length;
  const recall = high.length === 0 ? null : right / high.length;
  const sum = raised.length + high.length;
  return {
    above,
    share: high.length / Math.max(1, rows.length),
    precision,
    recall,
    f1: sum === 0 ? null : (2 * right) / sum,
    auc: areaUnderCurve(rows, predicted, isHigh),
  };
}

/** The chance that a row above has a higher prediction than one below; equal ones count half. */
function areaUnderCurve(
  rows: readonly number[],
  predicted: Float64Array,
  isHigh: (row: number) => boolean,
): number | null {
  const sorted = rows.toSorted((a, b) => (predicted[a] ?? 0) - (predicted[b] ?? 0));
  let [pairs, lower] = [0, 0];
  for (let from = 0; from < sorted.length; ) {
    const value = predicted[sorted[from] ?? 0];
    let until = from;
    while (until < sorted.length && predicted[sorted[until] ?? 0] === value) until += 1;
    const high = sorted.slice(from, until).filter(isHigh).length;
    const low = until - from - high;
    pairs += high * (lower + low / 2);
    lower += low;
    from = until;
  }
  const all = lower * (rows.length - lower);
  return all === 0 ? null : pairs / all;
}
