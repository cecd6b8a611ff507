/** systemd, and what gives it namespaces of its own. */
import { findProgram } from './find-program.ts';
import { findUnshare } from './find-unshare.ts';

/** Paths of the programs. */
export function findSystemd() {
  findProgram({ name: 'systemd-run', install: 'systemd (Debian: systemd)' });
  return {
    unshare: findUnshare(),
    nsenter: findProgram({ name: 'nsenter', install: 'namespaces (Debian: util-linux)' }),
    systemd: '/lib/systemd/systemd',
  };
}
