/**
 * Scripts import what was compiled, where no compiler looks: every name that one takes from a
 * module is exported by it.
 *
 *   node test/tidy/check-script-imports.mjs
 *
 * Exit codes: 0 all names are there; 1 one is missing.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const IMPORT = /import\s*\{([^}]*)\}\s*from\s*'(\.[^']*\/dist\/[^']+)'/g;

const scripts = execFileSync('git', ['ls-files', '-z', '*.mjs'], { encoding: 'utf8' });
const paths = scripts.split('\0').filter((path) => path !== '');

for (const path of paths) {
  for (const [, list, target] of readFileSync(path, 'utf8').matchAll(IMPORT)) {
    const url = pathToFileURL(resolve(dirname(path), target)).href;
    const exported = await import(url).catch((cause) => ({ cause }));
    if (exported.cause !== undefined) report(path, `imports ${target}: ${exported.cause.message}`);
    for (const name of exported.cause === undefined ? namesIn(list) : []) {
      if (!(name in exported)) report(path, `${target} exports no ${name}`);
    }
  }
}

function namesIn(list) {
  const names = list.split(',').map((item) => item.trim().split(/\s+as\s+/)[0]);
  return names.filter((name) => name !== '');
}

function report(path, what) {
  process.stderr.write(`${path}: ${what}\n`);
  process.exitCode = 1;
}
