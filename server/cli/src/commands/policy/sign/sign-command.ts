/** The command that signs policies: `policy sign`. */
import type { Command } from 'commander';
import type { CommandContext } from '../../../operations/command-context.ts';
import { exampleText } from '../flags/text-flags.ts';

/** Adds it to the group `policy`. */
export function addSignCommand(group: Command, { io, finish }: CommandContext): void {
  group
    .command('sign')
    .description('Signs policy files in place (as their last line).')
    .argument('<paths...>', 'Files and directories; each file except tests is signed')
    .requiredOption('--key <file>', 'Private key created by keygen')
    .addHelpText('after', exampleText('policy sign policies --key ann.key'))
    .action(async (paths: string[], { key }: { key: string }) => {
      const { signPolicies } = await import('./sign-policies.ts');
      finish(await signPolicies(io, { paths, key }));
    });
}
