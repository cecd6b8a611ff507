/** The guest of `make test-cloud-init`, in a file of its own: few suites need it. */
import { dirname } from 'node:path';
import { findProgram } from './find-program.ts';

/** The directory with a Debian that has cloud-init: its kernel, initial file system and disk. */
export function findCloudImage(): string {
  return dirname(
    findProgram({
      name: 'build/out/cloud-image/disk.qcow2',
      install: 'a Debian with cloud-init (make test-cloud-init)',
    }),
  );
}
