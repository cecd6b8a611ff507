/** The command `provider install`. */
import type { Command } from 'commander';
import { exampleText } from '../../arguments/example-text.ts';

/** Actions of the parsed command. */
export interface InstallActions {
  readonly installProvider: (request: {
    readonly dir?: string;
    readonly cliConfig?: string;
  }) => Promise<void>;
}

/** Adds it to the group `provider`. */
export function addInstallCommand(provider: Command, actions: InstallActions): void {
  const install = provider
    .command('install')
    .description('Installs the Terraform provider of this release into a local mirror.')
    .option('--dir <mirror>', 'Filesystem mirror to install to')
    .option('--cli-config <file>', "Terraform's CLI configuration file to write")
    .addHelpText('after', exampleText('provider install'))
    .action(() => actions.installProvider(install.opts()));
}
