/** The commands that compute on this machine, from files: what a fleet would do. */
import { STRATEGIES } from '@novacron/engine/placement/strategies';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { PlacementSimulation } from './simulate/simulate-placement.ts';

/** What they do, once they are understood. */
export interface SimulateActions {
  readonly simulatePlacement: (request: Omit<PlacementSimulation, 'progress'>) => Promise<void>;
}

const PLACEMENT_EXAMPLES = `
Files are CSV with a header, JSON or YAML; docs/placement.md lists the columns. The columns of the
openb traces (cpu_milli, memory_mib, num_gpu, ...) are understood as they are.

Examples:
  $ novacron simulate placement --nodes nodes.csv --vms vms.yaml
  $ novacron simulate placement --nodes nodes.csv --vms vms.yaml --strategy spread --output json
  $ novacron simulate placement --nodes nodes.csv --vms vms.yaml --demand 1.3 --seed 7`;

/** Adds them to the program. */
export function addSimulateCommands(program: Command, actions: SimulateActions): void {
  const simulate = program
    .command('simulate')
    .description('Questions about a fleet in files, answered on this machine');
  const placement = simulate
    .command('placement')
    .description('Places a trace of VMs on an empty fleet and counts what comes of it.')
    .requiredOption('--nodes <file>', 'The fleet; - is standard input')
    .requiredOption('--vms <file>', 'The VMs, in the order or at the times of their arrival')
    .addOption(strategyOption())
    .addOption(
      new Option(
        '--demand <ratio>',
        "Draw VMs at random until they ask for so many times the fleet's GPUs, or cores where it " +
          'has none; none of them departs',
      ).argParser(parseDemand),
    )
    .addOption(seedOption())
    .addHelpText('after', PLACEMENT_EXAMPLES)
    .action(() => actions.simulatePlacement(placement.opts()));
}

function strategyOption(): Option {
  return new Option('--strategy <strategy>', 'How nodes are chosen')
    .choices(Object.keys(STRATEGIES).sort())
    .default('fragmentation');
}

function seedOption(): Option {
  return new Option('--seed <number>', 'What chance follows from; the same gives the same')
    .argParser(parseSeed)
    .default(1);
}

/** More says nothing that this does not say, and takes for ever. */
const DEMAND_MAX = 100;

function parseDemand(text: string): number {
  const demand = Number(text);
  if (text.trim() !== '' && demand > 0 && demand <= DEMAND_MAX) return demand;
  throw new InvalidArgumentError(`It must be more than 0 and at most ${DEMAND_MAX}.`);
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(seed) && seed >= 0) return seed;
  throw new InvalidArgumentError('It must be a whole number of 0 or more.');
}
