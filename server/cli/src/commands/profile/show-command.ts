/** The command `profile show`. */
import type { Command } from 'commander';
import { exampleText } from '../../arguments/example-text.ts';

/** Actions of the parsed command. */
export interface ShowProfileActions {
  readonly showProfile: (name: string | undefined) => Promise<void>;
}

/** Adds it to the group `profile`. */
export function addShowCommand(profile: Command, actions: ShowProfileActions): void {
  profile
    .command('show')
    .description('Shows a profile, without its API key.')
    .argument('[name]', 'Name of the profile (default: the current profile)')
    .addHelpText('after', exampleText('profile show'))
    .action((name: string | undefined) => actions.showProfile(name));
}
