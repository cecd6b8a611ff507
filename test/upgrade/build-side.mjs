/** Programs of a commit, built in a git worktree of their own. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const VERSION_FILES = ['server/src/version.ts', 'server/agent/src/process/version.ts'];

/** The release that a checkout says it is. */
export function versionIn(root) {
  return /'(.+)'/.exec(readFileSync(join(root, VERSION_FILES[0]), 'utf8'))[1];
}

/**
 * Builds a side.
 * @param {{ name: string, commit: string, version?: string, root: string, directory: string }}
 * options - `version` is the release that it says it is; its own unless set
 * @returns {{ name: string, root: string, version: string, remove: () => void }}
 */
export function buildSide({ name, commit, version, root, directory }) {
  const place = join(directory, name);
  const git = (...words) => execFileSync('git', words, { cwd: root, encoding: 'utf8' });
  git('worktree', 'add', '--quiet', '--detach', place, commit);
  const run = (command, ...args) =>
    execFileSync(command, args, { cwd: place, stdio: ['ignore', 'ignore', 'inherit'] });
  if (git('diff', '--stat', commit, '--', 'package-lock.json') !== '') {
    run('npm', 'ci', '--no-audit', '--no-fund');
  } else {
    copyIgnored(git('ls-files', '--others', '--ignored', '--exclude-standard', '--directory'), {
      root,
      place,
    });
  }
  for (const file of version === undefined ? [] : VERSION_FILES) {
    const text = readFileSync(join(place, file), 'utf8');
    writeFileSync(join(place, file), text.replace(/'.+'/, `'${version}'`));
  }
  run('npx', 'tsc', '-b');
  run(process.execPath, 'provider/build/bundle.mjs');
  run(process.execPath, 'server/cli/build/bundle.mjs');
  return {
    name,
    root: place,
    version: versionIn(place),
    remove: () => {
      rmSync(place, { recursive: true, force: true });
      git('worktree', 'prune');
    },
  };
}

/** What is installed and built here saves the worktree most of the work. */
function copyIgnored(listed, { root, place }) {
  for (const path of listed.split('\n').filter((line) => line !== '')) {
    const from = join(root, path);
    if (!existsSync(from)) continue;
    // Links are as good as copies of packages, which nothing changes.
    if (path.startsWith('node_modules/')) execFileSync('cp', ['-al', from, join(place, path)]);
    else cpSync(from, join(place, path), { recursive: true, verbatimSymlinks: true });
  }
}
