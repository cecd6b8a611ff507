/** The command `provider serve`. */
import type { Command } from 'commander';
import { exampleText } from '../../arguments/example-text.ts';

/** Actions of the parsed command. */
export interface ServeActions {
  readonly serveProvider: () => Promise<void>;
}

/** Adds it to the group `provider`. */
export function addServeCommand(provider: Command, actions: ServeActions): void {
  provider
    .command('serve')
    .description('Runs the provider for debugging until interrupted; Terraform attaches to it.')
    .requiredOption('--debug', 'Print the environment variable that attaches Terraform')
    .addHelpText('after', exampleText('provider serve --debug'))
    .action(() => actions.serveProvider());
}
