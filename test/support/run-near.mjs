/**
 * Runs the unit suites that reach a changed file through their imports.
 *
 *   BASE=COMMIT node test/support/run-near.mjs [JEST ARGUMENTS]
 *
 * Changed is what differs from BASE (HEAD unless set) in the working tree, and what git does not
 * track yet. Exit codes are those of run-tests.mjs; 0 where no suite reaches a change.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNearSuites } from './find-near-suites.cjs';
import { projectOf } from './projects.cjs';
import { readSuiteFiles, readSuiteNeeds } from './suite-needs.cjs';

const ROOT = resolve(import.meta.dirname, '../..');
const RUN_TESTS = fileURLToPath(new URL('run-tests.mjs', import.meta.url));

const { BASE: base = 'HEAD' } = process.env;
const changed = [
  ...listPaths(['diff', '--name-only', '-z', base, '--']),
  ...listPaths(['ls-files', '--others', '--exclude-standard', '-z']),
];
const needs = readSuiteNeeds();
const suites = findNearSuites(changed, readSuiteFiles()).filter(
  (suite) => projectOf(suite, needs.get(suite)) === 'unit',
);

process.stdout.write(`${changed.length} changed files reach ${suites.length} unit suites.\n`);
if (suites.length > 0) {
  const words = ['unit', '--', ...process.argv.slice(2), '--runTestsByPath', ...suites];
  const { status } = spawnSync(process.execPath, [RUN_TESTS, ...words], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}

function listPaths(args) {
  const printed = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  return printed.split('\0').filter((path) => path !== '');
}
