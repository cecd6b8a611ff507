/** The commands about drift besides those that the operations table makes; a file a verb. */
import type { Command } from 'commander';
import type { CommandContext } from '../../operations/command-context.ts';
import { addAnnotateCommand } from './annotate-command.ts';
import { addIgnoreCommand } from './ignore-command.ts';
import { addRemediateCommand } from './remediate-command.ts';
import { addReportCommand } from './report-command.ts';
import { addShowCommand } from './show-command.ts';
import { addWatchCommand } from './watch-command.ts';

/** Adds them to the group `drift`. */
export function addDriftCommands(group: Command, context: CommandContext): void {
  addReportCommand(group, context);
  addShowCommand(group, context);
  addWatchCommand(group, context);
  addAnnotateCommand(group, context);
  addRemediateCommand(group, context);
  addIgnoreCommand(group, context);
}
