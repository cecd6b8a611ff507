/** UEFI firmware for guests of QEMU. */
import { dirname } from 'node:path';
import { findProgram } from './find-program.ts';

/** The directory of the package's files. */
export function findOvmf(): string {
  return dirname(
    findProgram({
      name: '/usr/share/OVMF/OVMF_CODE_4M.secboot.fd',
      install: 'UEFI firmware (Debian: ovmf)',
    }),
  );
}
