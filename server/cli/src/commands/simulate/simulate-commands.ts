/** The commands that compute on this machine, from files: what a fleet would do. */
import { STRATEGIES } from '@novacron/engine/placement/place/scorers/strategies';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseQuantity, type Unit } from '../../arguments/parse-quantity.ts';
import { addDataCommand } from './data-command.ts';
import { addDecisionsCommand, type DecisionActions } from './decisions-command.ts';
import type { CapacityQuestion, FailureQuestion } from './simulate-capacity.ts';
import type { DataRequest } from './simulate-data.ts';
import type { PlacementSimulation } from './simulate-placement.ts';

/** Actions of the parsed commands. */
export interface SimulateActions extends DecisionActions {
  readonly simulatePlacement: (request: Omit<PlacementSimulation, 'progress'>) => Promise<void>;
  readonly answerCapacity: (question: CapacityQuestion) => Promise<void>;
  readonly answerFailure: (question: FailureQuestion) => Promise<void>;
  readonly simulateData: (request: DataRequest) => Promise<void>;
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
    .description('Simulations of fleets in files, of series and of decisions; no server needed');
  const placement = simulate
    .command('placement')
    .description('Places a trace of VMs on an empty fleet and reports the result.')
    .requiredOption('--nodes <file>', 'Fleet file (- for standard input)')
    .requiredOption('--vms <file>', 'VMs, in order or with times of arrival')
    .addOption(strategyOption())
    .addOption(
      new Option(
        '--demand <ratio>',
        "Sample VMs at random until they request this multiple of the fleet's GPUs (or cores, " +
          'without GPUs); none of them departs',
      ).argParser(parseDemand),
    )
    .addOption(seedOption())
    .addHelpText('after', PLACEMENT_EXAMPLES)
    .action(() => actions.simulatePlacement(placement.opts()));
  addCapacityCommands(simulate, actions);
  addDataCommand(simulate, seedOption(), actions.simulateData);
  addDecisionsCommand(simulate, seedOption(), actions);
}

function addCapacityCommands(simulate: Command, actions: SimulateActions): void {
  const capacity = simulate
    .command('capacity')
    .description('Estimates how many more VMs of a size fit, in total and by zone.')
    .requiredOption('--nodes <file>', 'Fleet file (- for standard input)')
    .option('--vms <file>', 'VMs that already run on it')
    .addOption(sizeOption('--cpu-cores <number>', 'Cores of the VM'))
    .addOption(sizeOption('--memory-gb <size>', 'Memory of the VM, such as 16GB', 'GB'))
    .addOption(sizeOption('--disk-gb <size>', 'Disk of the VM, such as 1TB', 'GB'))
    .addOption(sizeOption('--gpus <number>', 'GPUs of the VM'))
    .addOption(strategyOption())
    .addOption(seedOption())
    .addHelpText('after', CAPACITY_EXAMPLE)
    .action(() => actions.answerCapacity(capacity.opts()));
  const failure = simulate
    .command('failure')
    .description(
      'Simulates node failures: restarts VMs on the remaining nodes, ' +
        'and lists those that do not fit.',
    )
    .requiredOption('--nodes <file>', 'Fleet file (- for standard input)')
    .requiredOption('--vms <file>', 'VMs that run on it')
    .addOption(namesOption('--fail-zone <zone>', 'Zone that fails. Can be repeated.'))
    .addOption(namesOption('--fail-rack <zone/rack>', 'Rack that fails'))
    .addOption(namesOption('--fail-node <node>', 'Node that fails'))
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

function sizeOption(flags: string, description: string, unit?: Unit): Option {
  return new Option(flags, description).argParser((text) => parseSize(text, unit)).default(0);
}

function namesOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser<readonly string[]>((text, before = []) => [
    ...before,
    text,
  ]);
}

function parseSize(text: string, unit?: Unit): number {
  const size = parseQuantity(text, unit);
  if (size !== undefined && size >= 0) return size;
  throw new InvalidArgumentError('Must be a number of 0 or more.');
}

function strategyOption(): Option {
  return new Option('--strategy <strategy>', 'Placement strategy')
    .choices(Object.keys(STRATEGIES).sort())
    .default('fragmentation');
}

function seedOption(): Option {
  return new Option('--seed <number>', 'Random seed; equal seeds give equal results')
    .argParser(parseSeed)
    .default(1);
}

/** More says nothing that this does not say, and takes for ever. */
const DEMAND_MAX = 100;

function parseDemand(text: string): number {
  const demand = Number(text);
  if (text.trim() !== '' && demand > 0 && demand <= DEMAND_MAX) return demand;
  throw new InvalidArgumentError(`Must be more than 0 and at most ${DEMAND_MAX}.`);
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(seed) && seed >= 0) return seed;
  throw new InvalidArgumentError('Must be an integer of 0 or more.');
}
