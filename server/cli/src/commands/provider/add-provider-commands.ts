/** The commands about the Terraform provider; a file a verb. */
import type { Command } from 'commander';
import { addInstallCommand, type InstallActions } from './install-command.ts';
import { addServeCommand, type ServeActions } from './serve-command.ts';
import { addUninstallCommand, type UninstallActions } from './uninstall-command.ts';

/** Actions of the parsed commands. */
export interface ProviderActions extends InstallActions, UninstallActions, ServeActions {}

/** Adds them to the program. */
export function addProviderCommands(program: Command, actions: ProviderActions): void {
  const provider = program.command('provider').description('The Terraform provider');
  addInstallCommand(provider, actions);
  addUninstallCommand(provider, actions);
  addServeCommand(provider, actions);
}
