/**
 * Metric series of 10,000 VMs with seven metrics each, a sample every half a minute: how fast they
 * are written, what room they take, and how long a query takes. SQLite, in this process.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { MEASURED_METRICS } from '@novacron/contract/formats/metric-name';
import { makeRng } from '@novacron/engine/rng';
import { openSqliteSeries } from '@novacron/server/adapters/metric-series/sqlite/open-sqlite-series';
import { roundMeasured } from '@novacron/server/app/platform/metrics/round-measured';
import { summarizeRun } from '@novacron/server/app/platform/metrics/summarize-run';
import SqliteDatabase from 'better-sqlite3';
import { createCalibration } from '../../calibrate.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { percentile, round } from '../../statistics.mjs';

const VMS = 10_000;
const METRICS = Object.keys(MEASURED_METRICS);
const ROUND_S = 30;
/** An hour and a half: three windows, of which each becomes chunks. */
const ROUNDS = 180;
/** A Monday morning, when load rises. */
const START_S = 1_780_300_800;
const QUERIES = 500;
const MS_PER_S = 1_000;
const US_PER_S = 1_000_000;

/**
 * Target write rate: the agents of 10,000 VMs send 4,667 samples a second, which is a fiftieth of a
 * core.
 */
const WRITES_GOAL = 230_000;
const BYTES_GOAL = 2;
const QUERY_MS_GOAL = 10;

const ignore = () => undefined;
const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** A VM's values: daily load with noise that lasts, and bursts. */
function createVm(seed) {
  const rng = makeRng(seed);
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());
  const [base, phase] = [0.1 + 0.5 * rng.next(), 2 * Math.PI * rng.next()];
  let [noise, burst, memory] = [0, 0, 0.3 + 0.5 * rng.next()];
  const rates = METRICS.slice(3).map(() => 10 ** (3 + 4 * rng.next()));
  return (atS) => {
    noise = 0.9 * noise + 0.02 * normal();
    burst = rng.next() < 0.01 ? 0.4 * rng.next() : burst * 0.7;
    memory = Math.min(0.98, Math.max(0.05, memory + 0.001 * normal()));
    const day = 0.15 * Math.sin((2 * Math.PI * atS) / 86_400 + phase);
    const cpu = Math.min(1, Math.max(0, base + day + noise + burst));
    const values = [cpu, memory, (1 - memory) * 2 ** 34];
    for (const rate of rates) values.push(rate * (0.5 + cpu) * Math.exp(0.3 * normal()));
    return values;
  };
}

let measured;

async function measureOnce({ directory, progress }) {
  measured ??= await measureSeries(directory, progress);
  return measured;
}

async function measureSeries(directory, progress) {
  const path = join(directory, 'metrics.db');
  const calibration = createCalibration(directory, { cpuShare: 1 });
  const series = openSqliteSeries({ path, clock: { nowMs: () => 0 }, logger });
  const vms = Array.from({ length: VMS }, (_, at) => {
    return { id: `vm_${at}`, tenantId: 'tnt_1', kind: 'vm', next: createVm(`vm-${at}`) };
  });
  let [writeS, compactS, cpuUs, slowestS] = [0, 0, 0, 0];
  for (let each = 0; each < ROUNDS; each += 1) {
    const atS = START_S + each * ROUND_S;
    const batch = vms.map(({ next, ...target }) => {
      const values = next(atS);
      const samples = METRICS.map((name, at) => {
        return { name, atS, value: roundMeasured(name, values[at]) };
      });
      return { target, samples };
    });
    if (each % 60 === 0) calibration.sample();
    const before = process.cpuUsage();
    const wroteS = await secondsOf(() => series.write(batch, 'measured'));
    // The first round makes the series.
    if (each > 0) slowestS = Math.max(slowestS, wroteS);
    writeS += wroteS;
    compactS += await secondsOf(() => compact(series, atS));
    const { user, system } = process.cpuUsage(before);
    cpuUs += user + system;
    if (each % 30 === 29) progress(`${each + 1}/${ROUNDS} rounds, ${round(writeS, 1)} s`);
  }
  compactS += await secondsOf(() => compact(series, START_S + ROUNDS * ROUND_S + 7_200));
  const size = readSize(path);
  const times = await queryAll(series);
  const fiveWeeksMs = await queryFiveWeeks(series);
  await series.close();
  return {
    samples: VMS * METRICS.length * ROUNDS,
    writeS,
    compactS,
    slowestMs: slowestS * MS_PER_S,
    cpuShare: cpuUs / US_PER_S / (ROUNDS * ROUND_S),
    ...size,
    times,
    fiveWeeksMs,
    calibration: calibration.result(),
  };
}

async function compact(series, nowS) {
  const done = await series.compact({ nowMs: nowS * MS_PER_S, mayContinue: () => true });
  if (!done.ok) throw new Error(done.error.detail);
}

async function secondsOf(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) / MS_PER_S;
}

/** An hour of a VM in minutes, as a chart shows it. */
async function queryAll(series) {
  const times = [];
  const steps = { fromS: START_S + 900, toS: START_S + 4_500, stepS: 60 };
  for (let each = 0; each < QUERIES; each += 1) {
    const name = METRICS[each % METRICS.length];
    const range = { targetId: `vm_${(each * 7_919) % VMS}`, name, ...steps };
    times.push(
      await secondsOf(async () => {
        const run = await series.read(range);
        const points = summarizeRun(run.value, steps, ['avg', 'max', 'p95']);
        if (points.some(({ avg }) => avg === null)) throw new Error('samples are missing');
      }),
    );
  }
  return times.map((each) => each * MS_PER_S);
}

/** Five weeks of a group, first of samples and then of minutes, in hours. */
async function queryFiveWeeks(series) {
  const DAYS = 35;
  const name = METRICS[0];
  const next = createVm('group');
  const target = { id: 'vmg_1', tenantId: 'tnt_1', kind: 'vm_group' };
  const endS = START_S + DAYS * 86_400;
  for (let atS = START_S; atS < endS; atS += 1_800) {
    const samples = Array.from({ length: 60 }, (_, at) => {
      const value = roundMeasured(name, next(atS + at * ROUND_S)[0]);
      return { name, atS: atS + at * ROUND_S, value };
    });
    await series.write([{ target, samples }], 'measured');
    if (atS % 43_200 === 0) await compact(series, atS);
  }
  await compact(series, endS);
  const steps = { fromS: START_S, toS: endS, stepS: 3_600 };
  const range = { targetId: target.id, name, ...steps };
  return (
    MS_PER_S *
    (await secondsOf(async () => summarizeRun((await series.read(range)).value, steps, ['avg'])))
  );
}

/** Whole pages, so that what SQLite needs beside the chunks counts too. */
function readSize(path) {
  const file = new SqliteDatabase(path, { readonly: true });
  const pages = "select sum(pgsize) as bytes from dbstat where name = 'chunks'";
  const [{ bytes }] = file.prepare(pages).all();
  file.close();
  return { bytes, fileMb: statSync(path).size / 2 ** 20 };
}

const writes = {
  name: 'metric-writes',
  summary: `samples a second of ${VMS} VMs with ${METRICS.length} metrics, chunks included`,
  measure: async (context) => {
    const found = await measureOnce(context);
    const value = found.samples / (found.writeS + found.compactS);
    const figure = { value, unit: '1/s', goal: WRITES_GOAL, better: 'higher' };
    return {
      ...calibratedLine(figure, found.calibration),
      round_ms_max: round(found.slowestMs, 0),
      cpu_share: round(found.cpuShare, 4),
    };
  },
};

const bytes = {
  name: 'metric-bytes',
  summary: 'bytes of a sample in the file, pages of the database included',
  measure: async (context) => {
    const { bytes: all, samples, fileMb } = await measureOnce(context);
    const value = round(all / samples, 2);
    const goals = { goal: BYTES_GOAL, better: 'lower', ok: value <= BYTES_GOAL };
    return { value, unit: 'bytes', ...goals, file_mb: round(fileMb, 0), samples };
  },
};

const query = {
  name: 'metric-query',
  summary: 'p99 of an hour of a VM in minutes, by three statistics',
  measure: async (context) => {
    const found = await measureOnce(context);
    const value = round(percentile(found.times, 0.99), 2);
    const goal = round(QUERY_MS_GOAL * found.calibration.factor, 2);
    return {
      value,
      unit: 'ms',
      goal,
      goal_unscaled: QUERY_MS_GOAL,
      better: 'lower',
      ok: value <= goal,
      five_weeks_ms: round(found.fiveWeeksMs, 1),
      calibration: found.calibration,
    };
  },
};

export const metricFigures = [writes, bytes, query];
