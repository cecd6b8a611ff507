/** The command `capacity plan`, which draws more than its row of the operations table says. */
import { type Command, Option } from 'commander';
import type { CommandContext } from '../../operations/command-context.ts';

const FORMATS = ['table', 'json', 'yaml', 'markdown'] as const;

/** Adds its formats to the command of the row. */
export function addCapacityCommands(group: Command, { online, output }: CommandContext): void {
  const plan = group.commands.find((command) => command.name() === 'plan');
  plan
    ?.addOption(new Option('-o, --output <format>', 'Output format').choices(FORMATS))
    .action(async () => {
      const { showPlan } = await import('./show-plan.ts');
      await online((session) => showPlan(session, output()));
    });
}
