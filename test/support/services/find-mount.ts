/** The programs that mount file systems, for suites that run as root. */
import { findProgram, needNetAdmin } from './find-program.ts';

/** Paths of the programs; throws where this process has not the capabilities of root. */
export function findMount() {
  needNetAdmin({ name: 'CAP_NET_ADMIN', install: 'only root may mount (CAP_NET_ADMIN)' });
  return {
    mount: findProgram({ name: 'mount', install: 'mount (Debian: mount)' }),
    umount: findProgram({ name: 'umount', install: 'umount (Debian: mount)' }),
  };
}
