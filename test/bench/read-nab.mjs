/** The series of the Numenta Anomaly Benchmark, with the windows in which people saw anomalies. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the series: of the public data, or this one itself; undefined without it. */
export function findNab(dataDir = '') {
  return [dataDir, join(dataDir, 'nab')].find((each) => existsSync(join(each, 'windows.json')));
}

/** The first rows of a series are not scored: 15 % of it, at most those of 5,000 rows. */
const LEARNED_RATIO = 0.15;
const LEARNED_ROWS_MAX = 750;

/** All series of a folder with their windows, in the order of their names. */
export function readNab(directory) {
  const windows = JSON.parse(readFileSync(join(directory, 'windows.json'), 'utf8'));
  return Object.keys(windows)
    .sort()
    .map((name) => readSeries(directory, name, windows[name]));
}

function readSeries(directory, name, windows) {
  const lines = readFileSync(join(directory, name), 'utf8').trim().split('\n').slice(1);
  const rows = lines.map((line) => {
    const [timestamp, value] = line.split(',');
    return { time_ms: readTime(timestamp), value: Number(value) };
  });
  const places = windows.map(([from, to]) => ({
    first: rows.findIndex(({ time_ms }) => time_ms >= readTime(from)),
    last: rows.findLastIndex(({ time_ms }) => time_ms <= readTime(to)),
  }));
  const learned = Math.min(Math.floor(LEARNED_RATIO * rows.length), LEARNED_ROWS_MAX);
  return { name, rows, windows: places, learned };
}

const readTime = (text) => Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`);
