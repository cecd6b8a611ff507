/** GnuPG, which verifies signatures of commits. */
import { findProgram } from './find-program.ts';

/** Path of the program. */
export function findGnupg(): string {
  return findProgram({ name: 'gpg', install: 'GnuPG (Debian: gpg)' });
}
