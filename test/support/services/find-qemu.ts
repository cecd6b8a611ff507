/** QEMU and the guest that its tests boot. */
import { dirname } from 'node:path';
import { findProgram } from './find-program.ts';

/** The programs of QEMU. */
export function findQemu(): { readonly qemu: string; readonly image: string } {
  return {
    qemu: findProgram({
      name: 'qemu-system-x86_64',
      install: 'QEMU 7.2 or later (Debian: qemu-system-x86)',
    }),
    image: findProgram({
      name: 'qemu-img',
      install: 'the disk tools of QEMU (Debian: qemu-utils)',
    }),
  };
}

/** The program that reads and writes disk images. */
export function findQemuIo(): string {
  return findProgram({
    name: 'qemu-io',
    install: 'the disk tools of QEMU (Debian: qemu-utils)',
  });
}

/** The directory with the kernel and the initial file system of the test guest. */
export function findGuest(): string {
  return dirname(
    findProgram({
      name: 'build/out/guest/initrd',
      install: 'the test guest (make guest)',
    }),
  );
}
