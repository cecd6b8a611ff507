/**
 * Puts a mixed load on a server of this checkout for a while, and prints figures as the bench does:
 * one JSON object a line on standard output, progress on standard error.
 *
 *   node test/bench/run-load.mjs [--reads N] [--creates N] [--minutes N]
 *
 * Exit codes: 0 everything was answered well, also where a goal is missed; 1 something was refused
 * or broke; 2 wrong usage.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEnvironment } from '../demo/environment.mjs';
import { endWithSignals, stopAllProcesses } from '../demo/processes.mjs';
import { startServer } from '../demo/server.mjs';
import { startHost } from './ask-host.mjs';
import { createCalibration } from './calibrate.mjs';
import { calibratedLine } from './make-line.mjs';
import { readResidentMb } from './read-resident-mb.mjs';
import { createVms, describeFleet, VM_BODY, waitForCreated } from './seed-vms.mjs';
import { round } from './statistics.mjs';

const MS_PER_MINUTE = 60_000;
const SECONDS_PER_MINUTE = 60;

/** There from the beginning, so that reads find something. */
const FIRST_VMS = 100;

/** The load is asked for in slices of this length, each of which is reported. */
const SLICE_MS = 10_000;

const CPU_SHARE = 0.9;
const READ_P99_MS = 20;
const CREATE_P99_MS = 100;
const MEMORY_MB = 400;

process.exitCode = await main();

async function main() {
  const request = readArguments();
  if (request === undefined) return 2;
  const directory = mkdtempSync(join(tmpdir(), 'novacron-load-'));
  const removeDirectory = () => rmSync(directory, { recursive: true, force: true });
  endWithSignals(removeDirectory);
  try {
    return await runLoad(directory, request);
  } catch (cause) {
    say(cause.stack);
    await stopAllProcesses();
    return 1;
  } finally {
    removeDirectory();
  }
}

/** @returns the rates a second and how long; undefined after saying what is wrong */
function readArguments() {
  const defaults = { reads: '100', creates: '20', minutes: '1' };
  const option = (name) => [name, { type: 'string', default: defaults[name] }];
  const options = Object.fromEntries(Object.keys(defaults).map(option));
  try {
    const { values } = parseArgs({ options });
    const numbers = Object.entries(values).map(([name, text]) => [name, Number(text)]);
    const bad = numbers.find(([, number]) => !(number > 0));
    if (bad === undefined) return Object.fromEntries(numbers);
    say(`--${bad[0]} takes a number above 0.`);
  } catch (cause) {
    say(cause.message);
  }
  say('Usage: node test/bench/run-load.mjs [--reads N] [--creates N] [--minutes N]');
  return undefined;
}

async function runLoad(directory, { reads, creates, minutes }) {
  const env = createEnvironment(directory);
  const vms = FIRST_VMS + Math.ceil(creates * minutes * SECONDS_PER_MINUTE);
  const args = describeFleet(directory, { vms });
  const server = await startServer({ dataDir: join(directory, 'data'), env, args });
  await createVms(server, { total: FIRST_VMS });
  const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
  const slices = await loadInSlices(server, { reads, creates, minutes, calibration });
  await waitForCreated(server, FIRST_VMS + slices.sent.creates);
  const memoryMb = readResidentMb(server.pid);
  await server.stop();
  const factor = calibration.result();
  print('load-reads', { p99: slices.worst.reads, goal: READ_P99_MS, rate: reads }, factor);
  print('load-creates', { p99: slices.worst.creates, goal: CREATE_P99_MS, rate: creates }, factor);
  const memory = { value: round(memoryMb, 0), unit: 'MB', goal: MEMORY_MB, better: 'lower' };
  printLine({ figure: 'load-memory', ...memory, ok: memoryMb <= MEMORY_MB, vms });
  const refused = Object.entries(slices.statuses).filter(([status]) => !/^2/.test(status));
  if (refused.length > 0) say(`not answered well: ${JSON.stringify(Object.fromEntries(refused))}`);
  return refused.length > 0 ? 1 : 0;
}

/** Both loads at once, slice by slice. */
async function loadInSlices({ url, apiKey }, { reads, creates, minutes, calibration }) {
  const [reader, creator] = await Promise.all([startHost('load-host'), startHost('load-host')]);
  const common = { kind: 'open', url, apiKey };
  const paths = ['vms?limit=20', 'nodes?limit=20', 'operations?limit=20', 'vms?name=vm-7'];
  const readAll = paths.map((path) => ({ method: 'GET', path: `/api/v2/${path}` }));
  const createOne = [{ method: 'POST', path: '/api/v2/vms', body: VM_BODY }];
  const sum = { worst: { reads: 0, creates: 0 }, sent: { reads: 0, creates: 0 }, statuses: {} };
  for (let leftMs = minutes * MS_PER_MINUTE; leftMs > 0; leftMs -= SLICE_MS) {
    calibration.sample();
    const durationMs = Math.min(SLICE_MS, leftMs);
    const first = FIRST_VMS + sum.sent.creates + 1;
    const [read, created] = await Promise.all([
      reader.ask({ ...common, durationMs, rate: reads, requests: readAll }),
      creator.ask({ ...common, durationMs, rate: creates, requests: createOne, first }),
    ]);
    for (const [name, slice] of Object.entries({ reads: read, creates: created })) {
      sum.worst[name] = Math.max(sum.worst[name], slice.p99);
      sum.sent[name] += slice.sent;
      for (const [status, count] of Object.entries(slice.statuses)) {
        sum.statuses[status] = (sum.statuses[status] ?? 0) + count;
      }
    }
    say(`p99 of reads ${round(read.p99, 1)} ms, of creates ${round(created.p99, 1)} ms`);
  }
  await Promise.all([reader.stop(), creator.stop()]);
  return sum;
}

/** The worst slice is the figure: a load test looks for what grows. */
function print(figure, { p99, goal, rate }, calibration) {
  const line = calibratedLine({ value: p99, unit: 'ms', goal, better: 'lower' }, calibration);
  printLine({ figure, ...line, rate_per_s: rate });
}

function printLine(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
