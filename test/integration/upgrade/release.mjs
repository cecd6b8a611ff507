/** An earlier commit of this repository, checked out and built beside it. */
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runOk } from './programs.mjs';

/** Installing and compiling take minutes. */
const BUILD_MS_MAX = 1_200_000;

/**
 * Builds a release in a temporary git worktree.
 * @param {{ base: string, built?: string, directory: string, root: string,
 * env: NodeJS.ProcessEnv, say: (text: string) => void }} options - `built` is a directory that has
 * the release already; it is used as it is
 * @returns {Promise<{ root: string, remove: () => Promise<void> }>}
 */
export async function buildRelease({ base, built, directory, root, env, say }) {
  if (built !== undefined) return { root: built, remove: () => undefined };
  const place = join(directory, 'release');
  const options = { cwd: root, env, limitMs: BUILD_MS_MAX };
  await runOk('git', ['worktree', 'add', '--quiet', '--detach', place, base], options);
  const there = { ...options, cwd: place };
  if (await hasSameDependencies(base, options)) copyDependencies(root, place);
  else await runOk('npm', ['ci', '--no-audit', '--no-fund'], there);
  await runOk('npx', ['tsc', '-b'], there);
  await runOk(process.execPath, ['provider/build/bundle.mjs'], there);
  say(`the release ${base} is built`);
  return {
    root: place,
    remove: () => {
      rmSync(place, { recursive: true, force: true });
      return runOk('git', ['worktree', 'prune'], options);
    },
  };
}

async function hasSameDependencies(base, options) {
  const stat = await runOk('git', ['diff', '--stat', base, '--', 'package-lock.json'], options);
  return stat.stdout.trim() === '';
}

/** What is installed here is what the release would install. */
function copyDependencies(root, place) {
  for (const folder of ['', 'provider', 'constructs', 'server', 'server/cli', 'test/support']) {
    const from = join(root, folder, 'node_modules');
    if (existsSync(from)) cpSync(from, join(place, folder, 'node_modules'), COPY);
  }
}

const COPY = { recursive: true, verbatimSymlinks: true };
