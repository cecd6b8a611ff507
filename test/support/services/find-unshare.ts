/** The program that starts others in namespaces of their own. */
import { findProgram } from './find-program.ts';

/** @returns its path. Throws where it is not on the PATH */
export function findUnshare(): string {
  return findProgram({ name: 'unshare', install: 'namespaces (Debian: util-linux)' });
}
