/** Remembers I/O errors that QEMU met at the disks of machines: their storage may be failing. */
import type { DriverIoError } from '../../driver.ts';
import type { QmpEvent } from './parse-qmp-message.ts';

/** Errors that are remembered; a disk that fails has thousands. */
const ERRORS_MAX = 100;

/** Fields that identify the disk of an error in QEMU's `BLOCK_IO_ERROR`. */
const NAMES = ['device', 'node-name', 'qom-path'] as const;

/** A disk of a machine besides its root disk. */
export interface FurtherDisk {
  /** The name of its block node. */
  readonly node: string;
  /** Id of the storage that it is in; undefined where that is the one of the node. */
  readonly pool: string | undefined;
}

/** The errors of a node. */
export interface IoErrors {
  /** @param pool - id of the storage of the node, where root disks are */
  readonly list: (pool: string) => readonly DriverIoError[];
  readonly hear: (disks: readonly FurtherDisk[], event: QmpEvent) => void;
}

/** Remembers the last ones. */
export function recordIoErrors(): IoErrors {
  const errors: (Omit<DriverIoError, 'pool'> & { readonly pool: string | null })[] = [];
  return {
    list: (own) => errors.map(({ pool, ...error }) => ({ ...error, pool: pool ?? own })),
    hear: (disks, { name, data, atMs }) => {
      // A full disk is no failing one.
      if (name !== 'BLOCK_IO_ERROR' || data.nospace === true) return;
      const words = NAMES.map((key) => String(data[key] ?? '')).join(' ');
      const disk = disks.find(({ node }) => words.includes(node));
      errors.push({ pool: disk?.pool ?? null, operation: String(data.operation), atMs });
      if (errors.length > ERRORS_MAX) errors.shift();
    },
  };
}
