/** The commands that are not rows of the operations table: this machine's own. */
import { Argument, type Command } from 'commander';
import { addExportCommand, type ExportActions } from './commands/export/export-command.ts';
import { addGitopsCommand, type GitopsActions } from './commands/gitops/gitops-command.ts';
import {
  addProfileCommands,
  type ProfileActions,
} from './commands/profile/add-profile-commands.ts';
import {
  addProviderCommands,
  type ProviderActions,
} from './commands/provider/add-provider-commands.ts';
import { addBackupCommand } from './commands/server/backup-command.ts';
import { addConfigCommand, type ConfigActions } from './commands/server/config-command.ts';
import type { CopyActions } from './commands/server/copy-request.ts';
import { addRestoreCommand } from './commands/server/restore-command.ts';
import { addServerCommand } from './commands/server/server-command.ts';
import {
  addSimulateCommands,
  type SimulateActions,
} from './commands/simulate/simulate-commands.ts';
import { SHELLS, type Shell } from './completion/completion-script.ts';

/** Actions of the parsed local commands. */
export interface LocalActions
  extends SimulateActions,
    ProfileActions,
    ConfigActions,
    CopyActions,
    ProviderActions,
    ExportActions,
    GitopsActions {
  readonly printCompletion: (shell: Shell) => Promise<void>;
}

/** Adds them to the program. */
export function addLocalCommands(program: Command, actions: LocalActions): void {
  addServerCommand(program);
  addConfigCommand(program, actions);
  addBackupCommand(program, actions);
  addRestoreCommand(program, actions);
  addProfileCommands(program, actions);
  addSimulateCommands(program, actions);
  addProviderCommands(program, actions);
  addExportCommand(program, actions);
  addGitopsCommand(program, actions);
  program
    .command('completion')
    .description('Prints the completion script of a shell.')
    .addArgument(new Argument('<shell>', 'The shell').choices(SHELLS))
    .addHelpText('after', '\nExample:\n  $ source <(novacron completion bash)')
    .action((shell: Shell) => actions.printCompletion(shell));
}
