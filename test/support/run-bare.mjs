/**
 * Runs tests as on a machine that has only what the README asks for. Checks that the suites of each
 * hidden program are left out, and that the suites that lie beside them pass.
 *
 * Exit codes: 0 all is well; 1 it is not, which is said.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectOf } from './projects.cjs';
import { findLeftOutSuites, readSuiteNeeds } from './suite-needs.cjs';

/** What a bare machine lacks, with what comes in the same packages. */
const HIDDEN = [
  'nats-server',
  'openssl',
  'qemu-img',
  'qemu-system-x86_64',
  'zsh',
  'fish',
  'postgres',
  'initdb',
  'pg_ctl',
  'pg_dump',
  'pg_dumpall',
  'pg_restore',
  'psql',
];

const RUN_TESTS = fileURLToPath(new URL('run-tests.mjs', import.meta.url));

process.exitCode = main();

function main() {
  const needs = readSuiteNeeds();
  const directory = mkdtempSync(join(tmpdir(), 'novacron-bare-'));
  try {
    process.env.PATH = linkPrograms(directory);
    const leftOut = new Map(findLeftOutSuites(needs).map((each) => [each.suite, each.missing]));
    const faults = findFaults(needs, leftOut);
    process.stderr.write(faults.map((fault) => `${fault}\n`).join(''));
    const suites = findNeighbours(needs, leftOut);
    const words = ['unit', 'scenarios', 'system', '--', '--runTestsByPath', ...suites];
    const { status } = spawnSync(process.execPath, [RUN_TESTS, ...words], { stdio: 'inherit' });
    return faults.length === 0 && status === 0 ? 0 : 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * Links every program of the PATH but the hidden ones.
 * @returns the PATH of a bare machine
 */
function linkPrograms(directory) {
  const linked = new Set(HIDDEN);
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of listPrograms(folder).filter((program) => !linked.has(program))) {
      symlinkSync(join(folder, name), join(directory, name));
      linked.add(name);
    }
  }
  return directory;
}

function listPrograms(folder) {
  try {
    return readdirSync(folder).filter((name) => isExecutable(join(folder, name)));
  } catch {
    // A folder of the PATH need not exist.
    return [];
  }
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function findFaults(needs, leftOut) {
  return [...needs].flatMap(([suite, programs]) => {
    const expected = [...programs.keys()].filter((name) => HIDDEN.includes(name)).sort();
    const missing = (leftOut.get(suite) ?? []).filter((name) => HIDDEN.includes(name));
    if (expected.join() === missing.join()) return [];
    return [`${suite} needs [${expected}] and is left out for [${missing}].`];
  });
}

/** Suites beside those that are left out are the likely ones to need a program unseen. */
function findNeighbours(needs, leftOut) {
  const folders = new Set([...leftOut.keys()].map(dirname));
  return [...needs]
    .filter(([suite, programs]) => projectOf(suite, programs) !== 'quiet' && !leftOut.has(suite))
    .map(([suite]) => suite)
    .filter((suite) => folders.has(dirname(suite)));
}
