/**
 * Number of change sets per second that the store makes durable for a hundred concurrent callers.
 */
import { join } from 'node:path';
import { problem } from '@novacron/contract/problem/problem';
import { openSqliteStore } from '@novacron/server/adapters/store/sqlite/open-sqlite-store';
import { median } from 'simple-statistics';
import { createCalibration } from '../../calibrate.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { round } from '../../statistics.mjs';

const CALLERS = 100;
const COMMITS_PER_CALLER = 50;
const REPETITIONS = 5;

/** CPU share of a group of a hundred commits; the rest is its one flush to the disk. */
const CPU_SHARE = 0.7;

const MS_PER_S = 1000;

export const figure = {
  name: 'commits-per-second',
  summary: `durable commits of ${CALLERS} concurrent callers of the SQLite store`,
  measure: async ({ directory, progress }) => {
    const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
    const rates = [];
    for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
      calibration.sample();
      rates.push(await measureRate(join(directory, `${repetition}.db`)));
      progress(`${repetition}/${REPETITIONS}: ${round(rates.at(-1), 0)} a second`);
    }
    const figures = { value: median(rates), unit: '1/s', goal: 5000, better: 'higher' };
    return { ...calibratedLine(figures, calibration.result()), repetitions: REPETITIONS };
  },
};

async function measureRate(path) {
  const opened = await openSqliteStore({ path, writer: 'thread' });
  if (!opened.ok) throw new Error(opened.error.detail);
  const store = opened.value;
  const callers = Array.from({ length: CALLERS }, (_, caller) => caller);
  const startedAtMs = performance.now();
  await Promise.all(callers.map((caller) => commitInTurn(store, caller)));
  const durationMs = performance.now() - startedAtMs;
  await store.close();
  return (CALLERS * COMMITS_PER_CALLER * MS_PER_S) / durationMs;
}

/** One caller: the next commit begins when the last one is durable. */
async function commitInTurn(store, caller) {
  for (let commit = 0; commit < COMMITS_PER_CALLER; commit += 1) {
    const id = `ten_bench_${caller}_${commit}`;
    const row = { id, name: id, created_at_ms: commit };
    const otherwise = problem('internal', { detail: `${id} is there already.`, remedy: 'None.' });
    const done = await store.commit([{ kind: 'insert', into: 'tenants', row, otherwise }]);
    if (!done.ok) throw new Error(done.error.detail);
  }
}
