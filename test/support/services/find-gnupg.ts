/** GnuPG, which verifies signatures of commits. */
import { findProgram } from './find-program.ts';

/** Paths of its programs; `gpgconf` ends the agent that making a key starts. */
export function findGnupg() {
  return {
    gpg: findProgram({ name: 'gpg', install: 'GnuPG (Debian: gpg)' }),
    gpgconf: findProgram({ name: 'gpgconf', install: 'GnuPG (Debian: gpgconf)' }),
  };
}
