/** Lists and kills what a program under test has started. */
import { execFileSync } from 'node:child_process';
import { findProgram } from './find-program.ts';

/** Returns the process ids of the children of a process. */
export function listChildren(pid: number): readonly number[] {
  const pgrep = findProgram({ name: 'pgrep', install: 'procps (Debian: procps)' });
  const children = execFileSync(pgrep, ['-P', String(pid)], { encoding: 'utf8' });
  return children.trim().split('\n').map(Number);
}

/** Kills the children of a process at once, and leaves the process alone. */
export function killChildren(pid: number): void {
  for (const child of listChildren(pid)) process.kill(child, 'SIGKILL');
}
