/** The files that the rules look at: what git tracks and what it would track. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One file of the repository. */
export interface TrackedFile {
  /** From the top level, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** The top level of the repository. */
export const TOP_LEVEL: string = join(import.meta.dirname, '../..');

const BINARY = /[.](wasm|png|ico|gz|zip)$/;

/** Lists all files of the repository, in order of path, but for those that are deleted already. */
export function listTrackedFiles(): readonly TrackedFile[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard'];
  const listed = execFileSync('git', args, { cwd: TOP_LEVEL, encoding: 'utf8' });
  return [...new Set(listed.split('\n'))]
    .filter((path) => path !== '' && existsSync(join(TOP_LEVEL, path)))
    .sort()
    .map((path) => ({ path, text: BINARY.test(path) ? '' : readText(path) }));
}

function readText(path: string): string {
  return readFileSync(join(TOP_LEVEL, path), 'utf8');
}

/** Whether a file is written by hand; what is in `gen/` is not, nor is the lock file. */
export function isWritten({ path }: TrackedFile): boolean {
  return !/(^|\/)gen\//.test(path) && path !== 'package-lock.json';
}

/** Whether a file is code that we compile or run. AssemblyScript follows its own language. */
export function isCode({ path }: TrackedFile): boolean {
  return /[.](ts|tsx|mjs|cjs)$/.test(path) && !path.startsWith('server/rego/runtime/');
}

/** Whether a file is TypeScript. */
export function isTypeScript(file: TrackedFile): boolean {
  return isCode(file) && /[.]tsx?$/.test(file.path);
}

/** Whether a file is a test or serves tests only. */
export function isTest({ path }: TrackedFile): boolean {
  return (
    /[.]test[.]ts$|-(suite|bench)[.]ts$|(^|\/)(test|suite|test-kit)\//.test(path) ||
    path.startsWith('policies/')
  );
}
