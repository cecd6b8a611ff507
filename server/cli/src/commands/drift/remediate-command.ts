/** The command `drift remediate`: names, a plan unless it is meant, and the wait for the end. */
import type { Command } from 'commander';
import { waitOptions } from '../../arguments/flag-options.ts';
import type { CommandContext } from '../../operations/command-context.ts';
import { present, RESOURCES, type RemediateFlags, toRequest } from './drift-flags.ts';

/** Adds its flags to the command of the row. */
export function addRemediateCommand(group: Command, { online }: CommandContext): void {
  const remediate = group.commands
    .find((command) => command.name() === 'remediate')
    ?.argument(...RESOURCES)
    .option('--yes', 'Go ahead without asking; without a terminal it is needed, else a dry run')
    .action(async (resources: string[], flags: RemediateFlags) => {
      const { remediateDrift } = await import('./remediate-drift.ts');
      const { action, cause, until, reason } = flags;
      const request = {
        ...toRequest([...resources, ...(flags.ids ?? [])], flags),
        input: present({ action, cause, until, reason }),
        mode: modeOf(flags),
      };
      await online((session) => remediateDrift(session, request));
    });
  for (const option of waitOptions()) remediate?.addOption(option);
}

function modeOf({ dryRun, yes }: RemediateFlags): 'plan' | 'ask' | 'carry-out' {
  if (dryRun === true) return 'plan';
  return yes === true ? 'carry-out' : 'ask';
}
