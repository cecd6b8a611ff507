/** The command `simulate decisions`. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { DecisionEvaluation } from './evaluate-decisions.ts';
import type { DecisionSimulation } from './simulate-decisions.ts';

const DAYS_MAX = 10_000;

const HELP = `
The model is a deep Q-network. It is compared with doing nothing, with scaling by forecasts and the
optimizer, with a simple rule, and with an oracle, on days that it has not seen. Give the file to a
server: novacron server --decision-model FILE. Unless the model is better than both rules beyond
chance, on 20 days at least, servers record its decisions and carry none out.

With --model and --records, a model is evaluated before it replaces another: what it would have
decided where decisions are recorded, and what that would have cost by the CPU usage that was
measured then. At least 20 decisions with an outcome are needed.

Exit codes: 0 done, the model is no worse; 1 it would have cost more, or the command failed

Examples:
  $ novacron simulate decisions --seed 1 > decisions.model
  $ novacron autonomous-decision list --output json > records.json
  $ novacron simulate decisions --model decisions.model --records records.json`;

/** Actions of the parsed command. */
export interface DecisionActions {
  readonly simulateDecisions: (request: Omit<DecisionSimulation, 'progress'>) => Promise<void>;
  readonly evaluateDecisions: (request: DecisionEvaluation) => Promise<void>;
}

/** Flags of the training. */
const TRAINING = ['days', 'episodes', 'heldBack', 'seed'];

/** Adds it to the group `simulate`. */
export function addDecisionsCommand(
  simulate: Command,
  seed: Option,
  actions: DecisionActions,
): void {
  const decisions = simulate
    .command('decisions')
    .description('Trains a model that decides the sizes of VM groups, or evaluates one on records.')
    .addOption(countOption('--days <number>', 'Days to learn from', 420))
    .addOption(countOption('--episodes <number>', 'Days that are simulated to learn', 125))
    .addOption(countOption('--held-back <number>', 'Days of the comparison', 100))
    .addOption(seed)
    .addOption(new Option('--model <file>', 'Evaluate this model').conflicts(TRAINING))
    .addOption(
      new Option('--records <file>', 'Decisions to evaluate it on, in JSON (- for standard input)'),
    )
    .addHelpText('after', HELP)
    .action(() => {
      const { model, records, ...training } = decisions.opts<Flags>();
      if (model === undefined && records === undefined) return actions.simulateDecisions(training);
      if (model !== undefined && records !== undefined) {
        return actions.evaluateDecisions({ model, records });
      }
      return decisions.error("error: '--model' and '--records' belong together");
    });
}

type Flags = Omit<DecisionSimulation, 'progress'> & Partial<DecisionEvaluation>;

function countOption(flags: string, description: string, standard: number): Option {
  return new Option(flags, description).argParser(parseDays).default(standard);
}

function parseDays(text: string): number {
  const days = Number(text);
  if (Number.isSafeInteger(days) && days >= 2 && days <= DAYS_MAX) return days;
  throw new InvalidArgumentError(`Must be an integer from 2 to ${DAYS_MAX}.`);
}
