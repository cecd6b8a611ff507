/** The command that shows what a query depends on: `policy deps`. */
import type { Command } from 'commander';
import type { CommandContext } from '../../../operations/command-context.ts';
import { exampleText, type TextFlags, versionOption } from '../flags/text-flags.ts';

/** Adds it to the group `policy`. */
export function addDepsCommand(group: Command, { io, finish }: CommandContext): void {
  group
    .command('deps')
    .description('Shows the documents and rules that a query depends on.')
    .argument('<query>', 'Query, such as data.novacron.deny')
    .argument('<paths...>', 'Files and directories; all are read together')
    .addOption(versionOption())
    .addHelpText('after', exampleText('policy deps data.novacron.deny policies'))
    .action(async (query: string, paths: string[], { regoVersion }: TextFlags) => {
      const { findDependencies } = await import('./find-dependencies.ts');
      finish(await findDependencies(io, { query, paths, regoVersion }));
    });
}
