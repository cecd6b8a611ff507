/** The command `login`. */
import type { Command } from 'commander';

/** Actions of the parsed command. */
export interface LoginActions {
  readonly login: () => Promise<void>;
}

/** Adds it to the program. */
export function addLoginCommand(program: Command, actions: LoginActions): void {
  program
    .command('login')
    .description('Saves a server address and API key as a profile.')
    .addHelpText(
      'after',
      '\nPrompts for the API key, or reads it from standard input or --api-key-file. The key is' +
        '\nchecked with the server before the profile is saved.\n\n' +
        'Examples:\n  $ novacron login\n' +
        '  $ novacron login --profile prod --endpoint https://novacron.example --api-key-file key',
    )
    .action(() => actions.login());
}
