/** The program that makes keys of SSH, and verifies what they sign. */
import { findProgram } from './find-program.ts';

/** Path of the program. */
export function findSshKeygen(): string {
  return findProgram({ name: 'ssh-keygen', install: 'the SSH client (Debian: openssh-client)' });
}
