/** The command `provider serve`. */
import type { Command } from 'commander';
import { exampleText } from '../../arguments/example-text.ts';

/** What it does, once it is understood. */
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
