/** Programs that make and read ext4 file systems without mounting them. */
import { findProgram } from './find-program.ts';

/** The programs. */
export function findExt4Tools(): { readonly make: string; readonly read: string } {
  const install = 'the tools of ext4 (Debian: e2fsprogs)';
  return {
    make: findProgram({ name: 'mke2fs', install }),
    read: findProgram({ name: 'debugfs', install }),
  };
}
