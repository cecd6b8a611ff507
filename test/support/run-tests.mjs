/**
 * Runs the tests in two steps: suites that may share the machine on all cores, then those that need
 * quiet, one at a time. Ends with one closing line for both.
 *
 *   node test/support/run-tests.mjs [PROJECT...] [-- JEST ARGUMENTS]
 *
 * Exit codes: 0 all tests passed; 1 some failed, or no test was found.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatClosing } from './format-closing.cjs';
import { BUDGETS_S } from './projects.cjs';
import { describeLeftOut, findLeftOutSuites, readSuiteNeeds } from './suite-needs.cjs';
import { makeTemporaryDirectory } from './temporary-files.mjs';

const JEST = createRequire(import.meta.url).resolve('jest/bin/jest');

/** What was started is ended and its files are removed, whatever ends the run. */
let isInterrupted = false;
let interrupt = () => process.exit(1);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => interrupt());

process.exitCode = await main(process.argv.slice(2));

async function main(words) {
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  const named = words.slice(0, end);
  const args = words.slice(end + 1);
  const projects = named.length > 0 ? named : Object.keys(BUDGETS_S);
  const leftOut = findLeftOutSuites(readSuiteNeeds());
  process.stderr.write(describeLeftOut(leftOut));
  const directory = makeTemporaryDirectory();
  const others = projects.filter((name) => name !== 'quiet');
  const quiet = projects.filter((name) => name === 'quiet');
  const steps = [
    await runJest({ projects: others, args, directory }),
    await runJest({ projects: quiet, args: [...withoutWorkers(args), '--runInBand'], directory }),
  ];
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  const tallies = steps.filter((tally) => tally !== undefined);
  const count = tallies.reduce((sum, { suites }) => sum + suites.length, 0);
  if (count === 0) process.stderr.write('No suite was run.\n');
  process.stdout.write(formatClosing(tallies, leftOut));
  return count > 0 && tallies.every(({ failed }) => failed === 0) ? 0 : 1;
}

/** Arguments for one suite at a time: jest refuses a number of workers besides. */
function withoutWorkers(args) {
  return args.filter((word) => !/^(?:-w|--maxWorkers)=/.test(word));
}

/**
 * Runs one step.
 * @returns its figures; undefined where the arguments name no suite of these projects
 */
async function runJest({ projects, args, directory }) {
  if (projects.length === 0 || isInterrupted) return undefined;
  const file = join(directory, `${projects.join('-')}.json`);
  const nearLimitFile = `${file}l`;
  const status = await run([JEST, ...args, '--selectProjects', ...projects, '--passWithNoTests'], {
    TMPDIR: directory,
    // For suites whose subject is the speed of a disk.
    NOVACRON_DISK_DIR: tmpdir(),
    NOVACRON_TALLY: file,
    NOVACRON_NEAR_LIMIT: nearLimitFile,
  });
  const nearLimit = existsSync(nearLimitFile) ? readLines(nearLimitFile) : [];
  const tally = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  if (status === 0) return tally === undefined ? undefined : { ...tally, nearLimit };
  const { suites = [], failures = [], passed = 0, failed = 0, skipped = 0 } = tally ?? {};
  // Jest may fail without a failed test, as it does on a wrong argument.
  return { suites, failures, nearLimit, passed, failed: Math.max(failed, 1), skipped };
}

function readLines(file) {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/**
 * Runs jest in a process group of its own, so that nothing of it is left where the run is ended.
 * @returns {Promise<number | null>} the exit code; null where a signal has ended it
 */
function run(args, variables) {
  const child = spawn(process.execPath, args, {
    detached: true,
    stdio: 'inherit',
    env: { ...process.env, ...variables },
  });
  interrupt = () => {
    isInterrupted = true;
    killGroup(child);
  };
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
}

function killGroup({ pid }) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
