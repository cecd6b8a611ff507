/** The command that lists what is in policies: `policy inspect`. */
import type { Command } from 'commander';
import type { CommandContext } from '../../../operations/command-context.ts';
import { exampleText, type TextFlags, versionOption } from '../flags/text-flags.ts';

/** Adds it to the group `policy`. */
export function addInspectCommand(group: Command, { io, finish }: CommandContext): void {
  group
    .command('inspect')
    .description('Lists packages, rules, annotations, imports, references and tests of policies.')
    .argument('<paths...>', 'Files and directories, and OPA bundles (bundle.tar.gz)')
    .addOption(versionOption())
    .addHelpText('after', exampleText('policy inspect policies'))
    .action(async (paths: string[], { regoVersion }: TextFlags) => {
      const { inspectPolicies } = await import('./inspect-policies.ts');
      finish(await inspectPolicies(io, { paths, regoVersion }));
    });
}
