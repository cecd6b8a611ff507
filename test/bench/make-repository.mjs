/** A Git repository with one commit, for figures about syncs. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Makes one, which steps of a runner can read.
 * @param {string} directory - is created
 * @returns {{ url: string, commit: (files: Record<string, string>) => string }} `commit` returns
 * the id of the commit
 */
export function makeRepository(directory) {
  mkdirSync(directory);
  chmodSync(directory, 0o755);
  const person = ['-c', 'user.name=Ann', '-c', 'user.email=ann@novacron.example'];
  const git = (...args) =>
    execFileSync('git', [...person, ...args], { cwd: directory, encoding: 'utf8' }).trim();
  git('init', '--quiet', '--initial-branch=main');
  return {
    url: `file://${directory}`,
    commit: (files) => {
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(directory, path)), { recursive: true });
        writeFileSync(join(directory, path), content);
      }
      git('add', '--all');
      git('commit', '--quiet', '--message=A change');
      return git('rev-parse', 'HEAD');
    },
  };
}
