/**
 * Writes what `npm install` takes: a tarball for each package of a release, the command's and all
 * that it starts.
 *
 *   node server/cli/build/package-npm.mjs [directory]
 *
 * Of the constructs `constructs/build/package-constructs.mjs` makes two packages first; the others
 * are what the compiler wrote, with the licence beside it.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { publishManifest } from './publish-manifest.mjs';

const topLevel = resolve(import.meta.dirname, '../../..');
const [, , directory = join(topLevel, 'server/cli/dist/release')] = process.argv;

/** Memories of builds, and the files of a release that are not part of a package. */
const LEFT_OUT = ['.tsbuildinfo', 'release', 'standalone'];

const CONSTRUCTS = 'constructs';

const stage = mkdtempSync(join(tmpdir(), 'novacron-npm-'));
try {
  const { workspaces } = JSON.parse(readFileSync(join(topLevel, 'package.json'), 'utf8'));
  const folders = [
    ...workspaces.filter((each) => each !== CONSTRUCTS && !isPrivate(each)).map(copyWorkspace),
    ...makeConstructs(),
  ];
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const options = ['--pack-destination', resolve(directory), '--ignore-scripts', '--silent'];
  execFileSync('npm', ['pack', ...folders, ...options], { cwd: stage, stdio: 'inherit' });
} finally {
  rmSync(stage, { recursive: true, force: true });
}

/** The dashboard is no package of its own: its files are part of the server's. */
function isPrivate(workspace) {
  return (
    JSON.parse(readFileSync(join(topLevel, workspace, 'package.json'), 'utf8')).private === true
  );
}

/** Copies what a workspace publishes, and says where it is. */
function copyWorkspace(workspace) {
  const home = join(topLevel, workspace);
  const target = join(stage, workspace.replaceAll('/', '-'));
  const { files } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const published = files.filter((each) => !each.startsWith('!'));
  for (const each of ['package.json', 'README.md', ...published]) {
    const from = join(home, each);
    if (existsSync(from))
      cpSync(from, join(target, each), { recursive: true, filter: isPublished });
  }
  cpSync(join(topLevel, 'LICENSE'), join(target, 'LICENSE'));
  publishManifest(target);
  return target;
}

function isPublished(path) {
  return !LEFT_OUT.includes(basename(path));
}

function makeConstructs() {
  const script = join(topLevel, 'constructs/build/package-constructs.mjs');
  const target = join(stage, CONSTRUCTS);
  execFileSync(process.execPath, [script, target], { stdio: 'inherit' });
  return ['constructs', 'constructs-cdktn'].map((name) => join(target, '@novacron', name));
}
