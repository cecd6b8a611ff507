/** Virtual TPMs for guests of QEMU. */
import { findProgram } from './find-program.ts';

/** The program. */
export function findSwtpm(): string {
  return findProgram({ name: 'swtpm', install: 'the virtual TPM (Debian: swtpm)' });
}
