/** The command that collects what those who help need to know. */
import type { Command } from 'commander';
import { exampleText } from '../../arguments/example-text.ts';
import type { CommandContext } from '../../operations/command-context.ts';

/** Adds `support-bundle` to the group `admin`. */
export function addSupportCommand(admin: Command, { online }: CommandContext): void {
  admin
    .command('support-bundle')
    .description(
      'Writes a file for support: statuses, numbers and times, without names or secrets.',
    )
    .argument('[file]', 'File to write', 'novacron-support.json')
    .option('--yes', 'Write it without asking')
    .addHelpText('after', exampleText('admin support-bundle --yes'))
    .action(async (file: string, flags: { readonly yes?: true }) => {
      const { writeSupportBundle } = await import('./write-support-bundle.ts');
      await online((session) => writeSupportBundle(session, { file, ...flags }));
    });
}
