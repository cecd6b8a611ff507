/** The command `profile list`. */
import type { Command } from 'commander';
import { exampleText } from '../../arguments/example-text.ts';

/** Actions of the parsed command. */
export interface ListProfilesActions {
  readonly listProfiles: () => Promise<void>;
}

/** Adds it to the group `profile`. */
export function addListCommand(profile: Command, actions: ListProfilesActions): void {
  profile
    .command('list')
    .description('Lists saved profiles.')
    .addHelpText('after', exampleText('profile list'))
    .action(() => actions.listProfiles());
}
