/** The command `profile use`. */
import type { Command } from 'commander';
import { exampleText } from '../../arguments/example-text.ts';

/** Actions of the parsed command. */
export interface UseProfileActions {
  readonly chooseProfile: (name: string) => Promise<void>;
}

/** Adds it to the group `profile`. */
export function addUseCommand(profile: Command, actions: UseProfileActions): void {
  profile
    .command('use')
    .description('Selects the current profile.')
    .argument('<name>', 'Name of the profile')
    .addHelpText('after', exampleText('profile use prod'))
    .action((name: string) => actions.chooseProfile(name));
}
