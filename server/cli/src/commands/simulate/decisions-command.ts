/** The command `simulate decisions`. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { DecisionSimulation } from './simulate-decisions.ts';

const DAYS_MAX = 10_000;

const HELP = `
The model is a deep Q-network. It is compared with doing nothing, with scaling by forecasts and the
optimizer, with a simple rule, and with an oracle, on days that it has not seen. Give the file to a
server: novacron server --decision-model FILE. Unless the model is better than both rules beyond
chance, on 20 days at least, servers record its decisions and carry none out.

Example:
  $ novacron simulate decisions --seed 1 > decisions.model`;

/** Adds it to the group `simulate`. */
export function addDecisionsCommand(
  simulate: Command,
  seed: Option,
  run: (request: Omit<DecisionSimulation, 'progress'>) => Promise<void>,
): void {
  const decisions = simulate
    .command('decisions')
    .description('Trains a model that decides the sizes of VM groups, and compares it with rules.')
    .addOption(countOption('--days <number>', 'Days to learn from', 420))
    .addOption(countOption('--episodes <number>', 'Days that are simulated to learn', 125))
    .addOption(countOption('--held-back <number>', 'Days of the comparison', 100))
    .addOption(seed)
    .addHelpText('after', HELP)
    .action(() => run(decisions.opts()));
}

function countOption(flags: string, description: string, standard: number): Option {
  return new Option(flags, description).argParser(parseDays).default(standard);
}

function parseDays(text: string): number {
  const days = Number(text);
  if (Number.isSafeInteger(days) && days >= 2 && days <= DAYS_MAX) return days;
  throw new InvalidArgumentError(`Must be an integer from 2 to ${DAYS_MAX}.`);
}
