/** The command `terraform-state export`. */
import type { Command } from 'commander';
import { exampleText } from '../../arguments/example-text.ts';
import type { CommandContext } from '../../operations/command-context.ts';

/** Adds it to the group `terraform-state`. */
export function addStateExport(group: Command, { online }: CommandContext): void {
  group
    .command('export')
    .description(
      'Writes the current version of every state that you may use into a new directory, with an ' +
        'index. Only your user can read the files: states contain secrets.',
    )
    .argument('<directory>', 'New directory; its parent has to exist')
    .addHelpText('after', exampleText('terraform-state export states-2026-11-30'))
    .action(async (directory: string) => {
      const { exportStates } = await import('./export-states.ts');
      await online((session) => exportStates(session, directory));
    });
}
