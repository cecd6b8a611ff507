/**
 * Runs parts of the tests, and the static checks beside them: first the suites that share the
 * machine, then those that need quiet, one at a time. Ends with a table of what each part cost and
 * one closing line.
 *
 *   node test/support/run-tests.mjs [PART...] [-- JEST ARGUMENTS]
 *
 * A part is one of projects.cjs, or `checks`; without any, all run. Exit codes: 0 all tests and
 * checks passed; 1 some failed, no test was found, or in CI a part cost far more than its budget.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeBarePath } from './bare-path.mjs';
import { formatClosing, judgeCosts } from './format-closing.cjs';
import { measureSlowness } from './measure-loop.mjs';
import { BARE_PARTS, BUDGETS_CPU_S, projectOf } from './projects.cjs';
import { readCpuS } from './read-cpu-s.cjs';
import { describeLeftOut, findLeftOutSuites, readSuiteNeeds } from './suite-needs.cjs';
import { makeTemporaryDirectory } from './temporary-files.mjs';

const JEST = createRequire(import.meta.url).resolve('jest/bin/jest');
const RUN_CHECKS = fileURLToPath(new URL('run-checks.mjs', import.meta.url));
const CHECKS = 'checks';

/** Ends started processes and removes their files, however the run ends. */
const running = new Set();
let isInterrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    isInterrupted = true;
    for (const child of running) killGroup(child);
  });
}

process.exitCode = await main(process.argv.slice(2));

async function main(words) {
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  const args = words.slice(end + 1);
  const parts = end > 0 ? words.slice(0, end) : Object.keys(BUDGETS_CPU_S);
  const needs = readSuiteNeeds();
  const directory = makeTemporaryDirectory();
  const isBare = parts.every((part) => BARE_PARTS.includes(part) || part === CHECKS);
  if (isBare) process.env.PATH = makeBarePath(needs, join(directory, 'bin'));
  const leftOut = findLeftOutSuites(needs).filter(({ suite }) =>
    parts.includes(projectOf(suite, needs.get(suite))),
  );
  process.stderr.write(describeLeftOut(leftOut));

  // Budgets are those of whole parts in the daily loops.
  const isWhole = args.length === 0 && process.env.NOVACRON_SOAK === undefined;
  const before = isWhole ? await measureSlowness() : 1;
  const checks = parts.includes(CHECKS) ? runChecks() : undefined;
  const quiet = parts.filter((part) => part === 'quiet');
  const others = parts.filter((part) => part !== CHECKS && part !== 'quiet');
  const tallies = [
    await runJest({ parts: others, args, directory }),
    await runJest({ parts: quiet, args: [...withoutWorkers(args), '--runInBand'], directory }),
  ].filter((tally) => tally !== undefined);
  const checked = await checks;
  const slowness = isWhole ? (before + (await measureSlowness())) / 2 : undefined;
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });

  const count = tallies.reduce((sum, { suites }) => sum + suites.length, 0);
  if (count === 0) process.stderr.write('No suite was run.\n');
  if (checked !== undefined && checked.printed !== '') process.stdout.write(checked.printed);
  const cpuS = readCpuS().children;
  const costs = judgeCosts(tallies, { checked, slowness });
  process.stdout.write(formatClosing(tallies, { leftOut, checked, slowness, cpuS, costs }));
  const isTooExpensive =
    process.env.CI !== undefined && costs.some(({ verdict }) => verdict === 'fails');
  const isWell = tallies.every(({ failed }) => failed === 0) && (checked?.isWell ?? true);
  return count > 0 && isWell && !isTooExpensive ? 0 : 1;
}

/** Arguments for one suite at a time: jest refuses a number of workers besides. */
function withoutWorkers(args) {
  return args.filter((word) => !/^(?:-w|--maxWorkers)=/.test(word));
}

/** Runs the static checks; what they print waits for the end of the tests. */
async function runChecks() {
  const child = start([RUN_CHECKS], { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      printed += text;
    });
  }
  const { children: before } = readCpuS();
  const status = await endOf(child);
  // No run of jest ends meanwhile unless it is shorter than the checks.
  return {
    isWell: status === 0,
    printed: status === 0 ? '' : printed,
    cpuS: readCpuS().children - before,
  };
}

/**
 * Runs jest once.
 * @returns its figures; undefined where the arguments name no suite of these parts
 */
async function runJest({ parts, args, directory }) {
  if (parts.length === 0 || isInterrupted) return undefined;
  const file = join(directory, `${parts.join('-')}.json`);
  const costsFile = `${file}.costs`;
  const nearLimitFile = `${file}.near-limit`;
  const child = start([JEST, ...args, '--selectProjects', ...parts, '--passWithNoTests'], {
    stdio: 'inherit',
    env: {
      ...process.env,
      TMPDIR: directory,
      // For suites whose subject is the speed of a disk.
      NOVACRON_DISK_DIR: tmpdir(),
      NOVACRON_TALLY: file,
      NOVACRON_COSTS: costsFile,
      NOVACRON_NEAR_LIMIT: nearLimitFile,
    },
  });
  const status = await endOf(child);
  const tally = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  const read = { costs: readLines(costsFile), nearLimit: readLines(nearLimitFile) };
  if (status === 0) return tally === undefined ? undefined : { ...tally, ...read };
  const { suites = [], failures = [], passed = 0, failed = 0, skipped = 0 } = tally ?? {};
  // Jest may fail without a failed test, as it does on a wrong argument.
  return { suites, failures, ...read, passed, failed: Math.max(failed, 1), skipped };
}

function readLines(file) {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** Starts a script in a process group of its own, so that nothing of it is left afterwards. */
function start(args, options) {
  const child = spawn(process.execPath, args, { detached: true, ...options });
  running.add(child);
  return child;
}

/** @returns {Promise<number | null>} the exit code; null where a signal has ended it */
function endOf(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => {
      running.delete(child);
      resolve(status);
    });
  });
}

function killGroup({ pid }) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
