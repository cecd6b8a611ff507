/** The programs that isolate steps of workflows, for suites that run as root. */
import { findProgram, needNetAdmin } from './find-program.ts';
import { findUnshare } from './find-unshare.ts';

/** Throws where this process has not the capabilities of root, or a program is missing. */
export function findIsolation(): void {
  needNetAdmin({ name: 'CAP_NET_ADMIN', install: 'only root may isolate steps (CAP_NET_ADMIN)' });
  findUnshare();
  findProgram({ name: 'setpriv', install: 'setpriv (Debian: util-linux)' });
}
