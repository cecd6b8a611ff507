/**
 * Runs the static checks one after another and prints what they find.
 *
 *   node test/support/run-checks.mjs [NAME...]
 *
 * Exit codes: 0 all is well; 1 a check has found something.
 */
import { spawnSync } from 'node:child_process';
import { setPriority } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const INSTALLED = join(ROOT, 'node_modules/.bin');

/** Dependency-cruiser reads 6,000 files; it remembers those whose content has not changed. */
const CRUISE_CACHE = '--cache node_modules/.cache/dependency-cruiser --cache-strategy content';

const CRUISED = 'server provider constructs test';

/** A program of a package, or a script of ours, with its arguments. */
const CHECKS = {
  biome: 'biome check .',
  depcruise: `depcruise --config .dependency-cruiser.cjs ${CRUISE_CACHE} ${CRUISED}`,
  folders: 'test/tidy/check-folders.mjs',
  'script-imports': 'test/tidy/check-script-imports.mjs',
  knip: 'knip',
};

/** They run beside the tests, which wait for timers and processes and leave cores idle. */
const NICENESS = 10;

setPriority(NICENESS);
const [, , ...named] = process.argv;
for (const name of named.length > 0 ? named : Object.keys(CHECKS)) {
  const [program, ...words] = CHECKS[name].split(' ');
  const [command, ...args] = program.endsWith('.mjs')
    ? [process.execPath, join(ROOT, program), ...words]
    : [join(INSTALLED, program), ...words];
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' });
  if (status === 0) continue;
  process.stderr.write(`The check ${name} failed.\n`);
  process.exitCode = 1;
}
