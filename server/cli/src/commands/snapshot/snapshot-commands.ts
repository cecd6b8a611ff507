/** The command `snapshot export`. */
import type { Command } from 'commander';
import type { ExportRequest } from './export-snapshot.ts';

/** Actions of the commands once parsed. */
export interface SnapshotActions {
  readonly exportSnapshot: (request: ExportRequest) => Promise<void>;
}

/** Adds it to the group `snapshot`. */
export function addSnapshotCommands(group: Command, actions: SnapshotActions): void {
  group
    .command('export')
    .description(
      'Exports a snapshot to the server and downloads it: a compressed qcow2 image, or the disk ' +
        'in it where the name of the file ends in .raw or .img. A download that was interrupted ' +
        'goes on where it was.',
    )
    .argument('<id>', 'Id or name of the snapshot')
    .requiredOption(
      '--file <file>',
      'Output file (.qcow2, .raw or .img); an existing file is never overwritten',
    )
    .addHelpText(
      'after',
      '\nExample:\n  $ novacron snapshot export before-upgrade --file data.qcow2',
    )
    .action((snapshot: string, { file }: { readonly file: string }) =>
      actions.exportSnapshot({ snapshot, file }),
    );
}
