/** Fence agents of Pacemaker. */
import { findProgram } from './find-program.ts';

/** One that switches a file. */
export function findFenceDummy(): string {
  return findProgram({ name: 'fence_dummy', install: 'fence agents (Debian: fence-agents)' });
}
