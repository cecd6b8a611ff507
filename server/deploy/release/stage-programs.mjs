/**
 * Lays out the programs of a release as they are installed: our packages, from the tarballs of
 * `make package`, and their dependencies at the versions of the lock file, from the checkout.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');

/** What `novacron` starts, and the provider that it installs. */
const PROGRAMS = ['server', 'server/agent', 'server/cli', 'server/runner', 'provider'];

/** Where npm links the packages of the checkout, and installs those of a release. */
const OURS = 'node_modules/@novacron/';

/** What only compilers, debuggers, linters, readers and the build of better-sqlite3 need. */
const LEFT_OUT = [
  /[.](map|d[.][cm]?ts|tsbuildinfo)$/,
  /[/]node_modules[/]@types$/,
  /[/][.][^/]+$/,
  /[/]node_modules[/](@[^/]+[/])?[^/]+[/](benchmarks?|docs|examples?|tests?)$/,
  /[/]better-sqlite3[/](deps|src|binding[.]gyp)$/,
  /[/]better-sqlite3[/]build[/](?!Release$|Release[/]better_sqlite3[.]node$)/,
];

/**
 * @param {{ tarballs: string, directory: string }} options - `tarballs` is the folder of the npm
 * packages; `directory` gets a folder `node_modules`
 */
export function stagePrograms({ tarballs, directory }) {
  const { ours, others } = listInstalled();
  for (const place of ours) unpack({ place, tarballs, target: join(directory, place) });
  for (const from of others) {
    const target = join(directory, placeOf(from));
    cpSync(join(ROOT, from), target, { recursive: true, filter: isNeeded(from) });
  }
}

/** Packages that the programs need: the names of ours, and where those of others are and belong. */
function listInstalled() {
  const words = PROGRAMS.flatMap((folder) => ['--workspace', folder]);
  const options = ['--omit=dev', '--all', '--parseable', ...words];
  const output = execFileSync('npm', ['ls', ...options], { cwd: ROOT, encoding: 'utf8' });
  const folders = output.split('\n').map((path) => path.slice(ROOT.length + 1));
  const isOurs = (folder) => folder.startsWith(OURS);
  return {
    ours: folders.filter((folder) => isOurs(folder) && !isPrivate(folder)),
    others: folders.filter((folder) => folder.includes('node_modules/') && !isOurs(folder)),
  };
}

/** The dashboard is no package of its own: its files are part of the server's. */
function isPrivate(folder) {
  return JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')).private === true;
}

/** Versions that only our packages use are below `server` in the checkout, and below ours here. */
function placeOf(from) {
  const place = from.replace(/^server[/]node_modules[/]/, `${OURS}node_modules/`);
  if (!place.startsWith('node_modules/')) throw new Error(`no place for ${from}`);
  return place;
}

/** A package below another one is listed as well, so it is copied once only. */
function isNeeded(from) {
  const home = join(ROOT, from);
  return (path) =>
    path !== join(home, 'node_modules') && LEFT_OUT.every((pattern) => !pattern.test(path));
}

function unpack({ place, tarballs, target }) {
  const stem = `novacron-${basename(place)}-`;
  const tarball = readdirSync(tarballs).find((file) => file.startsWith(stem));
  mkdirSync(target, { recursive: true });
  const words = ['--extract', '--strip-components=1', `--file=${join(tarballs, tarball)}`];
  execFileSync('tar', [...words, '--no-same-owner', `--directory=${target}`]);
  for (const file of readdirSync(target, { recursive: true, encoding: 'utf8' })) {
    const path = join(target, file);
    if (LEFT_OUT.some((pattern) => pattern.test(path))) rmSync(path, { recursive: true });
  }
}
