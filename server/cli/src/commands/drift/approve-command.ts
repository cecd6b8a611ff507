/** The command `drift approve`, which takes names. */
import type { Command } from 'commander';
import { CommandLine } from '../../arguments/command-line.ts';
import type { CommandContext } from '../../operations/command-context.ts';
import { RESOURCES, type RemediateFlags } from './drift-flags.ts';

/** Adds its arguments to the command of the row. */
export function addApproveCommand(group: Command, { online }: CommandContext): void {
  const approve = group.commands.find((command) => command.name() === 'approve');
  if (!(approve instanceof CommandLine)) return;
  // Resources may be arguments instead of --ids.
  approve.missing = () => [];
  approve
    .argument(...RESOURCES)
    .action(async (resources: string[], { ids = [] }: RemediateFlags) => {
      const { approveDrift } = await import('./remediate-drift.ts');
      await online((session) => approveDrift(session, [...resources, ...ids]));
    });
}
