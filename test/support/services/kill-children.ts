/** Kills what a program under test has started. */
import { execFileSync } from 'node:child_process';
import { findProgram } from './find-program.ts';

/** Kills the children of a process at once, and leaves the process alone. */
export function killChildren(pid: number): void {
  const pgrep = findProgram({ name: 'pgrep', install: 'procps (Debian: procps)' });
  const children = execFileSync(pgrep, ['-P', String(pid)], { encoding: 'utf8' });
  for (const child of children.trim().split('\n')) process.kill(Number(child), 'SIGKILL');
}
