/**
 * Gradient boosted trees on Friedman's first problem: 10,000 rows, 10 features, 100 trees, noise of
 * variance 1. Where Debian's python3-sklearn is installed, its times stand beside ours.
 */
import { spawnSync } from 'node:child_process';
import { makeRng } from '@novacron/engine/rng';
import { boostTrees, predictRows } from '@novacron/engine/training/rules/boost-trees';
import { explainedVariance } from '@novacron/engine/training/rules/measure-errors';
import { median } from 'simple-statistics';
import { round } from '../../statistics.mjs';

const ROWS = 10_000;
const REPETITIONS = 7;
const SETTINGS = { trees: 100, depth: 5, learningRate: 0.1, leafRowsMin: 20 };
const TRAIN_GOAL_MS = 300;
const PREDICT_GOAL_US = 10;
const R2_MIN = 0.9;

function friedman(seed) {
  const rng = makeRng(seed);
  const features = Array.from({ length: 10 }, (_, index) => `x${index}`);
  const columns = features.map((name) => {
    const own = rng.fork(name);
    return Float64Array.from({ length: ROWS }, () => own.next());
  });
  const noise = rng.fork('noise');
  const [a, b, c, d, e] = columns;
  const target = Float64Array.from({ length: ROWS }, (_, row) => {
    const radius = Math.sqrt(-2 * Math.log(1 - noise.next()));
    const normal = radius * Math.cos(2 * Math.PI * noise.next());
    const bent = 10 * Math.sin(Math.PI * a[row] * b[row]) + 20 * (c[row] - 0.5) ** 2;
    return bent + 10 * d[row] + 5 * e[row] + normal;
  });
  return { features, columns, target };
}

/** The same by scikit-learn, with one thread. Unit: ms of CPU, us of CPU per row. */
const PEER = `
import json, time
from sklearn.datasets import make_friedman1
from sklearn.ensemble import HistGradientBoostingRegressor
x, y = make_friedman1(n_samples=${2 * ROWS}, n_features=10, noise=1.0, random_state=1)
times = []
for _ in range(3):
    begun = time.process_time()
    model = HistGradientBoostingRegressor(
        max_iter=100, max_depth=5, max_bins=64, early_stopping=False)
    model.fit(x[:${ROWS}], y[:${ROWS}])
    times.append(time.process_time() - begun)
begun = time.process_time()
model.predict(x[${ROWS}:])
predicted = time.process_time() - begun
print(json.dumps({
    'train_ms': sorted(times)[1] * 1000,
    'predict_us': predicted / ${ROWS} * 1e6,
    'r2': model.score(x[${ROWS}:], y[${ROWS}:]),
}))`;

function askPeer() {
  const env = { ...process.env, OMP_NUM_THREADS: '1' };
  // Debian's packages are not seen by another Python that comes first on the path.
  for (const python of ['python3', '/usr/bin/python3']) {
    const { status, stdout } = spawnSync(python, ['-c', PEER], { env, encoding: 'utf8' });
    if (status === 0) return JSON.parse(stdout);
  }
  return undefined;
}

/** @returns the median of a few repetitions. Unit: milliseconds of CPU */
function cpuMsOf(work) {
  work();
  const times = Array.from({ length: REPETITIONS }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return median(times);
}

const [train, fresh] = ['train', 'test'];

export const boostingFigures = [
  {
    name: 'boosting-train',
    summary: 'CPU of training 100 boosted trees on 10,000 rows of 10 features',
    measure: async () => {
      const table = friedman(train);
      const value = round(
        cpuMsOf(() => boostTrees(table, SETTINGS)),
        1,
      );
      const { columns, target } = friedman(fresh);
      const r2 = explainedVariance(target, predictRows(boostTrees(table, SETTINGS), columns));
      const peer = askPeer();
      const beside =
        peer === undefined
          ? { peer: 'python3-sklearn is not installed' }
          : { peer: 'scikit-learn', peer_ms: round(peer.train_ms, 1), peer_r2: round(peer.r2, 3) };
      const ok = value <= TRAIN_GOAL_MS && r2 >= R2_MIN;
      const goal = TRAIN_GOAL_MS;
      return { value, unit: 'ms', goal, better: 'lower', ok, r2: round(r2, 3), ...beside };
    },
  },
  {
    name: 'boosting-predict',
    summary: 'CPU of a prediction of 100 boosted trees',
    measure: async () => {
      const model = boostTrees(friedman(train), SETTINGS);
      const { columns } = friedman(fresh);
      const value = round((cpuMsOf(() => predictRows(model, columns)) / ROWS) * 1000, 2);
      const peer = askPeer();
      const beside =
        peer === undefined ? {} : { peer: 'scikit-learn', peer_us: round(peer.predict_us, 2) };
      const goal = PREDICT_GOAL_US;
      return { value, unit: 'us', goal, better: 'lower', ok: value <= goal, ...beside };
    },
  },
];
