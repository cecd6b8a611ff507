/** The commands that compute on this machine, from files: what a fleet would do. */
import { STRATEGIES } from '@novacron/engine/placement/strategies';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CapacityQuestion, FailureQuestion } from './simulate-capacity.ts';
import type { PlacementSimulation } from './simulate-placement.ts';

/** What they do, once they are understood. */
export interface SimulateActions {
  readonly simulatePlacement: (request: Omit<PlacementSimulation, 'progress'>) => Promise<void>;
  readonly answerCapacity: (question: CapacityQuestion) => Promise<void>;
  readonly answerFailure: (question: FailureQuestion) => Promise<void>;
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
  addCapacityCommands(simulate, actions);
}

function addCapacityCommands(simulate: Command, actions: SimulateActions): void {
  const capacity = simulate
    .command('capacity')
    .description('Counts how many more VMs of a size a fleet can hold, in all and by zone.')
    .requiredOption('--nodes <file>', 'The fleet; - is standard input')
    .option('--vms <file>', 'VMs that are on it already')
    .addOption(sizeOption('--cpu-cores <number>', 'Cores of such a VM'))
    .addOption(sizeOption('--memory-gb <number>', 'Its memory'))
    .addOption(sizeOption('--disk-gb <number>', 'Its disk'))
    .addOption(sizeOption('--gpus <number>', 'Its GPUs'))
    .addOption(strategyOption())
    .addOption(seedOption())
    .addHelpText('after', CAPACITY_EXAMPLE)
    .action(() => actions.answerCapacity(capacity.opts()));
  const failure = simulate
    .command('failure')
    .description(
      'Restarts the VMs of nodes that die on those that are left; tells who has no place.',
    )
    .requiredOption('--nodes <file>', 'The fleet; - is standard input')
    .requiredOption('--vms <file>', 'The VMs that are on it')
    .addOption(namesOption('--fail-zone <zone>', 'A zone that dies. Repeat it for several.'))
    .addOption(namesOption('--fail-rack <zone/rack>', 'A rack that dies'))
    .addOption(namesOption('--fail-node <node>', 'A node that dies'))
    .addOption(strategyOption())
    .addOption(seedOption())
    .addHelpText('after', FAILURE_EXAMPLE)
    .action(() => actions.answerFailure(failure.opts()));
}

const CAPACITY_EXAMPLE = `
Example:
  $ novacron simulate capacity --nodes nodes.csv --vms vms.yaml --cpu-cores 4 --memory-gb 16`;

const FAILURE_EXAMPLE = `
Example:
  $ novacron simulate failure --nodes nodes.csv --vms vms.yaml --fail-rack zone-1/rack-1`;

function sizeOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(parseSize).default(0);
}

function namesOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser<readonly string[]>((text, before = []) => [
    ...before,
    text,
  ]);
}

function parseSize(text: string): number {
  const size = Number(text);
  if (text.trim() !== '' && Number.isFinite(size) && size >= 0) return size;
  throw new InvalidArgumentError('It must be a number of 0 or more.');
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
