/** The command `restore`. */
import type { Command } from 'commander';
import { exampleText } from '../../arguments/example-text.ts';
import { type CopyActions, DATA_DIR_FLAG } from './copy-request.ts';

interface Flags {
  readonly dataDir?: string;
  readonly from: string;
  readonly at?: string;
  readonly credentialsFile?: string;
  readonly store?: string;
}

/** Adds it to the program. */
export function addRestoreCommand(program: Command, actions: CopyActions): void {
  program
    .command('restore')
    .description("Restores a server's data directory from a backup.")
    .option(...DATA_DIR_FLAG)
    .requiredOption('--from <backup>', 'Backup file, or backup target of the server')
    .option('--at <time>', 'Latest time of the data: RFC 3339, or a duration ago, such as 10m')
    .option('--credentials-file <file>', 'Credentials of the backup target')
    .option('--store <address>', 'Empty PostgreSQL database to restore the store into')
    .addHelpText(
      'after',
      `${exampleText('restore --data-dir /var/lib/novacron --from monday.backup')}
  $ novacron restore --data-dir /var/lib/novacron --from sftp://novacron@vault/backups --at 10m
  $ novacron restore --data-dir /var/lib/novacron --from monday.backup \\
      --store postgres://novacron@db/novacron`,
    )
    .action(({ from, ...places }: Flags) =>
      actions.copyDataDir({ kind: 'restore', file: from, ...places }),
    );
}
