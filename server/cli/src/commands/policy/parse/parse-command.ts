/** The command that shows syntax trees: `policy parse`. */
import type { Command } from 'commander';
import type { CommandContext } from '../../../operations/command-context.ts';
import { exampleText, type TextFlags, versionOption } from '../flags/text-flags.ts';

/** Adds it to the group `policy`. */
export function addParseCommand(group: Command, { io, finish }: CommandContext): void {
  group
    .command('parse')
    .description("Shows the syntax tree of a policy, with --output json in the form of OPA's.")
    .argument('<file>', 'Policy (- for standard input)')
    .addOption(versionOption())
    .addHelpText('after', exampleText('policy parse policies/access.rego --output json'))
    .action(async (file: string, { regoVersion }: TextFlags) => {
      const { parsePolicy } = await import('./parse-policy.ts');
      finish(await parsePolicy(io, { file, regoVersion }));
    });
}
