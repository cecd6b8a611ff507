/** The command `restore`. */
import type { Command } from 'commander';
import { exampleText } from '../../arguments/example-text.ts';
import { type CopyActions, DATA_DIR_FLAG } from './copy-request.ts';

/** Adds it to the program. */
export function addRestoreCommand(program: Command, actions: CopyActions): void {
  program
    .command('restore')
    .description("Restores a server's data directory from a backup.")
    .option(...DATA_DIR_FLAG)
    .requiredOption('--from <file>', 'Backup file made by `novacron backup`')
    .option('--store <address>', 'Empty PostgreSQL database to restore the store into')
    .addHelpText(
      'after',
      `${exampleText('restore --data-dir /var/lib/novacron --from monday.backup')}
  $ novacron restore --data-dir /var/lib/novacron --from monday.backup \\
      --store postgres://novacron@db/novacron`,
    )
    .action(({ dataDir, from, ...more }: { dataDir?: string; from: string; store?: string }) =>
      actions.copyDataDir({ kind: 'restore', dataDir, file: from, ...more }),
    );
}
