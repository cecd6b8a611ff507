/** The commands about profiles; a file a verb. */
import type { Command } from 'commander';
import { addListCommand, type ListProfilesActions } from './list-command.ts';
import { addLoginCommand, type LoginActions } from './login-command.ts';
import { addLogoutCommand, type LogoutActions } from './logout-command.ts';
import { addShowCommand, type ShowProfileActions } from './show-command.ts';
import { addUseCommand, type UseProfileActions } from './use-command.ts';

/** Actions of the parsed commands. */
export interface ProfileActions
  extends LoginActions,
    LogoutActions,
    ListProfilesActions,
    UseProfileActions,
    ShowProfileActions {}

/** Adds them to the program. */
export function addProfileCommands(program: Command, actions: ProfileActions): void {
  addLoginCommand(program, actions);
  addLogoutCommand(program, actions);
  const profile = program
    .command('profile')
    .description('Profiles: servers and API keys saved by `novacron login`');
  addListCommand(profile, actions);
  addUseCommand(profile, actions);
  addShowCommand(profile, actions);
}
