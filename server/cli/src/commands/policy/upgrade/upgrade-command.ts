/** The command that moves policies to the newest language level: `policy upgrade`. */
import type { Command } from 'commander';
import { yesOption } from '../../../arguments/flag-options.ts';
import type { CommandContext } from '../../../operations/command-context.ts';
import { exampleText } from '../flags/text-flags.ts';

/** Adds it to the group `policy`. */
export function addUpgradeCommand(group: Command, { online }: CommandContext): void {
  group
    .command('upgrade')
    .description(
      'Moves policies to the newest language level: shows which expressions and recorded ' +
        'decisions change, and asks.',
    )
    .argument('[policies...]', 'Names or ids of policies (default: all at an earlier level)')
    .option('--dry-run', 'Show what would change without changing it')
    .addOption(yesOption())
    .addHelpText('after', exampleText('policy upgrade "VM Access Policy" --dry-run'))
    .action(async (names: string[], flags: { dryRun?: true; yes?: true }) => {
      const { upgradePolicies } = await import('./upgrade-policies.ts');
      const mode = flags.dryRun === true ? 'dry-run' : flags.yes === true ? 'go-ahead' : 'ask';
      await online((session) => upgradePolicies(session, { names, mode }));
    });
}
