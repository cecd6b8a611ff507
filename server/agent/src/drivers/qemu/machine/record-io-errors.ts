/** Remembers I/O errors that QEMU met at the disks of machines: their storage may be failing. */
import type { DriverIoError } from '../../driver.ts';
import type { QmpEvent } from '../qmp/parse-qmp-message.ts';
import { volumeNode } from './build-command-line.ts';
import type { MachineRecord } from './machine-record.ts';

/** Errors that are remembered; a disk that fails has thousands. */
const ERRORS_MAX = 100;

/** What an error says of itself, as `BLOCK_IO_ERROR` of QEMU has it. */
const NAMES = ['device', 'node-name', 'qom-path'] as const;

/** The errors of a node. */
export interface IoErrors {
  /** @param pool - id of the storage of the node, where root disks are */
  readonly list: (pool: string) => readonly DriverIoError[];
  readonly hear: (record: Pick<MachineRecord, 'volumes'>, event: QmpEvent) => void;
}

/** Remembers the last ones. */
export function recordIoErrors(): IoErrors {
  const errors: (Omit<DriverIoError, 'pool'> & { readonly pool: string | null })[] = [];
  return {
    list: (own) => errors.map(({ pool, ...error }) => ({ ...error, pool: pool ?? own })),
    hear: ({ volumes }, { name, data, atMs }) => {
      // A full disk is no failing one.
      if (name !== 'BLOCK_IO_ERROR' || data.nospace === true) return;
      const words = NAMES.map((key) => String(data[key] ?? '')).join(' ');
      const volume = volumes.find(({ volume_id }) => words.includes(volumeNode(volume_id)));
      errors.push({ pool: volume?.pool ?? null, operation: String(data.operation), atMs });
      if (errors.length > ERRORS_MAX) errors.shift();
    },
  };
}
