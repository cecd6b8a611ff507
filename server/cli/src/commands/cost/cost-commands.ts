/** The commands of `cost`: those of the operations table, with more formats, and `export`. */
import { type Command, Option } from 'commander';
import { commandOf } from '../../arguments/command-table.ts';
import { exampleText } from '../../arguments/example-text.ts';
import { optionsOfFlags } from '../../arguments/flag-options.ts';
import { tableOutputOption } from '../../arguments/output-option.ts';
import type { CommandContext } from '../../operations/command-context.ts';

const REPORTS = ['cost.report', 'cost.forecast', 'cost.compare'] as const;

/** Adds them to the group `cost`. */
export function addCostCommands(group: Command, context: CommandContext): void {
  for (const operation of REPORTS) addFormats(group, operation, context);
  addFocusExport(group, context);
}

function addFormats(
  group: Command,
  operation: (typeof REPORTS)[number],
  { online, output }: CommandContext,
): void {
  const row = commandOf(operation);
  const command = group.commands.find((each) => each.name() === row.verb);
  command?.addOption(tableOutputOption()).action(async () => {
    const { showCosts } = await import('./show-costs.ts');
    const given = { argument: undefined, options: command.opts() };
    await online((session) => showCosts(session, { operation, given, format: output() }));
  });
}

function addFocusExport(group: Command, { online, words }: CommandContext): void {
  const row = commandOf('cost.report');
  const command = group
    .command('export')
    .description('Exports daily costs of each resource, as CSV for cost management tools.')
    .addOption(
      new Option('--format <format>', 'focus: columns of FOCUS 1.0')
        .choices(['focus'])
        .default('focus'),
    );
  if (words[0] === 'cost') {
    const flags = row.flags.filter(({ flag }) => flag !== 'group-by');
    for (const option of optionsOfFlags(flags, 'export')) command.addOption(option);
  }
  command
    .addHelpText('after', exampleText('cost export --format focus --month 2026-11 > costs.csv'))
    .action(async () => {
      const { exportFocus } = await import('./export-focus.ts');
      await online((session) => exportFocus(session, command.opts()));
    });
}
