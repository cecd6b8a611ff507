/** The command `logout`. */
import type { Command } from 'commander';
import { exampleText } from '../../arguments/example-text.ts';

/** Actions of the parsed command. */
export interface LogoutActions {
  readonly logout: () => Promise<void>;
}

/** Adds it to the program. */
export function addLogoutCommand(program: Command, actions: LogoutActions): void {
  program
    .command('logout')
    .description('Removes a profile and its API key.')
    .addHelpText('after', exampleText('logout --profile prod'))
    .action(() => actions.logout());
}
