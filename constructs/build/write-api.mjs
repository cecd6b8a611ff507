/**
 * Has jsii read the public classes, so that other languages can be served from them, and writes
 * `docs/constructs/api.md` from what it read; `--check` only compares.
 *
 *   node constructs/build/write-api.mjs
 *
 * jsii brings a TypeScript of its own and writes beside the sources, so it gets a copy of them.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describeApi } from './describe-api.mjs';

const home = resolve(import.meta.dirname, '..');
const PAGE = join(home, '../docs/constructs/api.md');

const TSCONFIG = {
  compilerOptions: {
    target: 'es2022',
    lib: ['es2023'],
    types: ['node'],
    module: 'nodenext',
    strict: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    declaration: true,
    rewriteRelativeImportExtensions: true,
    rootDir: 'src',
    outDir: 'dist',
  },
  include: ['src'],
};

/** Words that other languages reserve are theirs to rename; the settings are ours. */
const FLAGS = [
  '--silence-warnings=reserved-word',
  '--tsconfig=tsconfig.json',
  '--validate-tsconfig=off',
];

const directory = mkdtempSync(join(tmpdir(), 'novacron-jsii-'));
try {
  prepare();
  const jsii = createRequire(import.meta.url).resolve('jsii/bin/jsii');
  const run = spawnSync(process.execPath, [jsii, ...FLAGS], { cwd: directory, encoding: 'utf8' });
  if (run.status === 0) publish(describeApi(readAssembly()));
  else fail(`jsii refuses the public classes; correct them:\n${run.stdout}${run.stderr}`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function prepare() {
  const isProduct = (path) => !/[.]test[.]ts$|test-kit/.test(path);
  cpSync(join(home, 'src'), join(directory, 'src'), { recursive: true, filter: isProduct });
  writeFileSync(join(directory, 'README.md'), '# Constructs\n');
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  writeFileSync(join(directory, 'package.json'), JSON.stringify(describePackage()));
  symlinkSync(join(home, '../node_modules'), join(directory, 'node_modules'));
}

function describePackage() {
  const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  return {
    name: manifest.name,
    version: manifest.version,
    description: manifest.description,
    license: manifest.license,
    peerDependencies: manifest.peerDependencies,
    devDependencies: manifest.devDependencies,
    main: 'dist/index.js',
    types: 'dist/index.d.ts',
    stability: 'experimental',
    author: { name: 'NovaCron', organization: true },
    // jsii demands a repository. This manifest is that of the copy, which is never published.
    repository: { type: 'git', url: 'file:.' },
    jsii: { outdir: 'dist', targets: {}, versionFormat: 'short' },
  };
}

function readAssembly() {
  return JSON.parse(readFileSync(join(directory, '.jsii'), 'utf8'));
}

function publish(page) {
  if (!process.argv.includes('--check')) writeFileSync(PAGE, page);
  else if (readFileSync(PAGE, 'utf8') !== page) {
    fail('docs/constructs/api.md is not what jsii reads: run `make generate` and commit it.\n');
  }
}

function fail(message) {
  process.stderr.write(message);
  process.exitCode = 1;
}
