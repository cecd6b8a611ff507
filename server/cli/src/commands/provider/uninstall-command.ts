/** The command `provider uninstall`. */
import type { Command } from 'commander';
import { exampleText } from '../../arguments/example-text.ts';

/** Actions of the parsed command. */
export interface UninstallActions {
  readonly uninstallProvider: (request: {
    readonly dir?: string;
    readonly cliConfig?: string;
    readonly versions: 'this' | 'all';
  }) => Promise<void>;
}

interface UninstallFlags {
  readonly dir?: string;
  readonly cliConfig?: string;
  readonly allVersions?: true;
}

/** Adds it to the group `provider`. */
export function addUninstallCommand(provider: Command, actions: UninstallActions): void {
  provider
    .command('uninstall')
    .description('Removes the Terraform provider of this release.')
    .option('--dir <mirror>', 'Filesystem mirror to remove it from')
    .option(
      '--cli-config <file>',
      'CLI configuration file written by `provider install`, to remove',
    )
    .option('--all-versions', 'Remove every version of the provider, not only this one')
    .addHelpText('after', exampleText('provider uninstall --all-versions'))
    .action(({ allVersions, ...places }: UninstallFlags) =>
      actions.uninstallProvider({ ...places, versions: allVersions === true ? 'all' : 'this' }),
    );
}
