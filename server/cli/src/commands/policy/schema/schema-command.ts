/** The command that shows what policies are asked: `policy schema`. */
import type { Command } from 'commander';
import type { CommandContext } from '../../../operations/command-context.ts';
import { exampleText } from '../flags/text-flags.ts';

/** Adds it to the group `policy`. */
export function addSchemaCommand(group: Command, { finish }: CommandContext): void {
  group
    .command('schema')
    .description('Prints the input of policies as a JSON Schema, for editors and other compilers.')
    .option('--action <action>', 'Only the input for this action, such as create_vm or read')
    .addHelpText('after', exampleText('policy schema --action create_vm > input.json'))
    .action(async ({ action }: { readonly action?: string }) => {
      const { printInputSchema } = await import('./print-input-schema.ts');
      finish(printInputSchema(action));
    });
}
