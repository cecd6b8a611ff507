/** The command `metric import`. */
import { type Command, Option } from 'commander';
import { exampleText } from '../../arguments/example-text.ts';
import type { CommandContext } from '../../operations/command-context.ts';
import type { ImportFlags } from './import-metric.ts';

/** Adds it to the group `metric`. */
export function addMetricCommands(group: Command, { online }: CommandContext): void {
  group
    .command('import')
    .description(
      'Imports the history of a metric from a file, up to 400 days. Values that are there stay, ' +
        'so the command can be repeated.',
    )
    .requiredOption('--name <name>', 'Name of the metric')
    .addOption(
      new Option('--csv <file>', 'CSV with the header timestamp,value (- for standard input)'),
    )
    .addOption(
      new Option(
        '--prometheus <file>',
        'Answer of /api/v1/query_range of Prometheus with one series (- for standard input)',
      ).conflicts('csv'),
    )
    .option('--vm-group-id <name>', 'Name or ID of the VM group; without a target: the tenant')
    .option('--network-id <name>', 'Name or ID of the network')
    .option('--node-id <name>', 'Name or ID of the node')
    .option('--zone <name>', 'Zone')
    .option('--node-class <name>', 'Node class')
    .option('--storage-pool <name>', 'Storage class, such as ssd')
    .option('--fleet', 'The whole fleet')
    .addHelpText('after', exampleText('metric import --fleet --name cpu_used_cores --csv cpu.csv'))
    .action(async (flags: ImportFlags) => {
      const { importMetric } = await import('./import-metric.ts');
      await online((session) => importMetric(session, flags));
    });
}
