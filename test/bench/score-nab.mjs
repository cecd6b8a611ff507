/**
 * The score of the Numenta Anomaly Benchmark, by the rules of Lavin and Ahmad (2015): a window
 * counts once, the earlier the better; an alarm outside costs, more the later after a window; one
 * threshold for all series, the best one; 0 for no alarms at all, 100 for a perfect detector.
 */

/** Costs of a false alarm and a missed window. */
export const PROFILES = {
  standard: { falseAlarm: 0.11, missed: 1 },
  'low-false-positives': { falseAlarm: 0.22, missed: 1 },
  'low-false-negatives': { falseAlarm: 0.11, missed: 2 },
};

/** 1 far before the end of a window, 0 at it, -1 from three of its lengths after it on. */
const weigh = (place) => (place > 3 ? -1 : 2 / (1 + Math.exp(5 * place)) - 1);

/** Returns the score of an alarm at each row, and the window of the row. */
function worthOf({ rows, windows }) {
  const worth = new Float64Array(rows.length).fill(-1);
  const inside = new Int32Array(rows.length).fill(-1);
  windows.forEach(({ first, last }, window) => {
    const length = last - first + 1;
    for (let row = first; row <= last; row += 1) {
      inside[row] = window;
      worth[row] = weigh(-(last - row + 1) / length) / weigh(-1);
    }
    const next = windows[window + 1]?.first ?? rows.length;
    for (let row = last + 1; row < next; row += 1) worth[row] = weigh((row - last) / (length - 1));
  });
  return { worth, inside };
}

/** Score of a detector: `scores[i]` are those of the rows of `corpus[i]`. */
export function scoreNab(corpus, scores, { falseAlarm, missed }) {
  const alarms = corpus.flatMap((series, at) => {
    const { worth, inside } = worthOf(series);
    return Array.from(scores[at], (score, row) => ({
      score,
      row,
      at,
      worth: worth[row],
      window: inside[row],
    }))
      .slice(series.learned)
      .filter(({ score }) => score > 0);
  });
  alarms.sort((a, b) => b.score - a.score);
  const count = corpus.reduce((sum, { windows }) => sum + windows.length, 0);
  const best = new Map();
  let total = -missed * count;
  let highest = total;
  alarms.forEach(({ score, at, worth, window }, i) => {
    if (window < 0) total += falseAlarm * worth;
    else {
      const key = `${at}/${window}`;
      const known = best.get(key) ?? -missed;
      best.set(key, Math.max(known, worth));
      total += Math.max(known, worth) - known;
    }
    // A threshold lies between different scores only.
    if (alarms[i + 1]?.score !== score) highest = Math.max(highest, total);
  });
  return (100 * (highest + missed * count)) / (count * (1 + missed));
}
