/** The command `backup`. */
import type { Command } from 'commander';
import { exampleText } from '../../arguments/example-text.ts';
import { type CopyActions, DATA_DIR_FLAG } from './copy-request.ts';

/** Adds it to the program. */
export function addBackupCommand(program: Command, actions: CopyActions): void {
  program
    .command('backup')
    .description("Backs up a server's data directory to a file. The server may be running.")
    .option(...DATA_DIR_FLAG)
    .requiredOption('--to <file>', 'Backup file to create; must not exist')
    .addHelpText('after', exampleText('backup --data-dir /var/lib/novacron --to monday.backup'))
    .action(({ dataDir, to }: { dataDir?: string; to: string }) =>
      actions.copyDataDir({ kind: 'backup', file: to, ...(dataDir && { dataDir }) }),
    );
}
