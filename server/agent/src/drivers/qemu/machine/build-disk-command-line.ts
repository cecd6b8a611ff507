/**
 * The command line of a QEMU that has disks and no machine: it serves or copies the disks of one
 * that is switched off, over the same monitor and with the same locks as any other.
 */
import type { MachineFiles } from '../files/directories.ts';
import { type BlockNodeParts, blockNode, monitorArguments, SANDBOX } from './build-command-line.ts';

/** Everything that it follows from. */
export interface DiskCommandLineParts {
  readonly vmId: string;
  readonly files: MachineFiles;
  /** Disk files, with the names of their block nodes. */
  readonly disks: readonly BlockNodeParts[];
}

/** The arguments of QEMU. Pure. */
export function buildDiskCommandLine(parts: DiskCommandLineParts): readonly string[] {
  const { vmId, files, disks } = parts;
  return [
    '-name',
    `guest=${vmId},process=${vmId}`,
    '-machine',
    'none',
    '-nodefaults',
    '-no-user-config',
    '-display',
    'none',
    // A start of the agent ends what has never run.
    '-S',
    '-sandbox',
    SANDBOX,
    ...monitorArguments({ files }),
    ...disks.flatMap((disk) => ['-blockdev', JSON.stringify(blockNode(disk))]),
  ];
}
