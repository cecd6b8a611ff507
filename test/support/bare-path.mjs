/** A PATH as on a machine that has only what the README asks for. */
import { accessSync, constants, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { BARE_PROGRAMS } from './projects.cjs';

/** Programs of util-linux, which every Linux has: suites of `make test` may start them. */
const ALWAYS_THERE = ['mount', 'nsenter', 'setpriv', 'umount', 'unshare'];

/** Programs that come in the same packages as those that suites look for. */
const IN_SAME_PACKAGES = ['pg_ctl', 'pg_dumpall', 'pg_restore', 'psql'];

/**
 * Links every program of the PATH but those that only the services' suites look for. Suites of
 * `make test` run with this PATH everywhere, so that one that needs another program fails where it
 * is written and not on a bare machine later.
 * @param {ReadonlyMap<string, ReadonlyMap<string, string>>} needs - of all suites
 * @param {string} directory - made here; gets the links
 * @returns {string} the PATH
 */
export function makeBarePath(needs, directory) {
  const looked = [...needs.values()].flatMap((programs) => [...programs.keys()]);
  const allowed = new Set([...BARE_PROGRAMS, ...ALWAYS_THERE]);
  const hidden = [...looked, ...IN_SAME_PACKAGES].filter((name) => !allowed.has(name));
  const linked = new Set(hidden);
  mkdirSync(directory);
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
