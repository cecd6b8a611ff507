/** Tools of systemd that read units and make users and directories, also where it does not run. */
import { findProgram } from './find-program.ts';

/** Paths of the programs. */
export function findSystemdTools() {
  return {
    analyze: findProgram({ name: 'systemd-analyze', install: 'systemd (Debian: systemd)' }),
    sysusers: findProgram({ name: 'systemd-sysusers', install: 'systemd (Debian: systemd)' }),
    tmpfiles: findProgram({ name: 'systemd-tmpfiles', install: 'systemd (Debian: systemd)' }),
  };
}
