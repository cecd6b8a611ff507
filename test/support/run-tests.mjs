/**
 * Runs the tests in two steps: suites that may share the machine on all cores, then those that need
 * quiet, one at a time. Ends with one closing line for both.
 *
 *   node test/support/run-tests.mjs [PROJECT...] [-- JEST ARGUMENTS]
 *
 * Exit codes: 0 all tests passed; 1 some failed, or no test was found.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatClosing } from './format-closing.cjs';
import { BUDGETS_S } from './projects.cjs';
import { describeLeftOut, findLeftOutSuites, readSuiteNeeds } from './suite-needs.cjs';

const JEST = createRequire(import.meta.url).resolve('jest/bin/jest');

process.exitCode = main(process.argv.slice(2));

function main(words) {
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  const named = words.slice(0, end);
  const args = words.slice(end + 1);
  const projects = named.length > 0 ? named : Object.keys(BUDGETS_S);
  const leftOut = findLeftOutSuites(readSuiteNeeds());
  process.stderr.write(describeLeftOut(leftOut));
  const directory = mkdtempSync(join(tmpdir(), 'novacron-tests-'));
  const tallies = [
    runJest({ projects: projects.filter((name) => name !== 'quiet'), args, directory }),
    runJest({
      projects: projects.filter((name) => name === 'quiet'),
      args: [...args, '--runInBand'],
      directory,
    }),
  ].filter((tally) => tally !== undefined);
  rmSync(directory, { recursive: true, force: true });
  const count = tallies.reduce((sum, { suites }) => sum + suites.length, 0);
  if (count === 0) process.stderr.write('No suite was run.\n');
  process.stdout.write(formatClosing(tallies, leftOut));
  return count > 0 && tallies.every(({ failed }) => failed === 0) ? 0 : 1;
}

/**
 * Runs one step.
 * @returns its figures; undefined where the arguments name no suite of these projects
 */
function runJest({ projects, args, directory }) {
  if (projects.length === 0) return undefined;
  const file = join(directory, `${projects.join('-')}.json`);
  const { status } = spawnSync(
    process.execPath,
    [JEST, ...args, '--selectProjects', ...projects, '--passWithNoTests'],
    { stdio: 'inherit', env: { ...process.env, NOVACRON_TALLY: file } },
  );
  const tally = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  if (status === 0) return tally;
  const { suites = [], passed = 0, failed = 0, skipped = 0 } = tally ?? {};
  // Jest may fail without a failed test, as it does on a wrong argument.
  return { suites, passed, failed: Math.max(failed, 1), skipped };
}
