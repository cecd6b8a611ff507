/** Accuracy of anomaly detection on the Numenta Anomaly Benchmark. */

import { makeRng } from '@novacron/engine/rng';
import { planAnomalies } from '@novacron/engine/scaling/anomaly/plan-anomalies';
import { findNab, readNab } from '../../read-nab.mjs';
import { PROFILES, scoreNab } from '../../score-nab.mjs';
import { round } from '../../statistics.mjs';

const GOAL = 66;

/** Rows of the window of the plain detector, and how many it takes in at once. */
const WINDOW_ROWS = 6_400;
const STEP_ROWS = 100;

/** The peer: distance from the mean of a long window in standard deviations, as NAB has it. */
function scoreByWindow(rows) {
  let [mean, deviation] = [0, 1];
  const known = [];
  return rows.map(({ value }, at) => {
    const score = at === 0 ? 0 : Math.abs(value - mean) / deviation;
    known.push(value);
    if (known.length <= WINDOW_ROWS || at % STEP_ROWS === 0) {
      const window = known.slice(-WINDOW_ROWS);
      mean = window.reduce((sum, each) => sum + each, 0) / window.length;
      const squares = window.reduce((sum, each) => sum + (each - mean) ** 2, 0);
      deviation = Math.sqrt(squares / window.length) || 1e-6;
    }
    return score;
  });
}

export const figure = {
  name: 'anomaly-nab',
  summary: 'score of the Numenta Anomaly Benchmark, standard profile, beside a Gaussian window',
  measure: ({ dataDir, progress }) => {
    const directory = findNab(dataDir);
    if (directory === undefined) return { skipped: 'give the folder with the series: DATA=dir' };
    const corpus = readNab(directory);
    const startedMs = process.cpuUsage().user / 1_000;
    const ours = corpus.map(({ name, rows }) => {
      progress(name);
      return planAnomalies(rows);
    });
    const count = corpus.reduce((sum, { rows }) => sum + rows.length, 0);
    const row_us = round(((process.cpuUsage().user / 1_000 - startedMs) * 1_000) / count, 1);
    const peer = corpus.map(({ rows }) => scoreByWindow(rows));
    const rng = makeRng('anomaly-nab');
    const random = corpus.map(({ rows }) => rows.map(() => rng.next()));
    const by = (profile, scores) => round(scoreNab(corpus, scores, PROFILES[profile]), 1);
    const value = by('standard', ours);
    const rest = {
      peer_value: by('standard', peer),
      random: by('standard', random),
      low_false_positives: by('low-false-positives', ours),
      low_false_negatives: by('low-false-negatives', ours),
      series: corpus.length,
      row_us,
    };
    const line = { value, unit: 'points', peer: 'gaussian-window', goal: GOAL, better: 'higher' };
    return { ...line, ...rest, ok: value >= GOAL };
  },
};
