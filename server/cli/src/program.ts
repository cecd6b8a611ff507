/** The command line as commander knows it: groups, commands, flags and help texts. */
import { operationRow } from '@novacron/contract/operations-table/operations';
import { Argument, type Command, Option } from 'commander';
import { z } from 'zod';
import { addLocalCommands, type LocalActions } from './add-local-commands.ts';
import { mayMean, nounAliases, verbAliases } from './arguments/aliases.ts';
import { hasOwnDryRun, mayAsk } from './arguments/asks-first.ts';
import {
  type BreakGlassFlags,
  breakGlassOptions,
  localPlace,
  refuseLocalFlags,
} from './arguments/break-glass-flags.ts';
import { CommandLine } from './arguments/command-line.ts';
import {
  argumentLabel,
  type TableCommand,
  tableCommands,
  takesSeveral,
} from './arguments/command-table.ts';
import {
  dryRunOption,
  followStepsOption,
  optionsOfFlags,
  parseCount,
  parseSeconds,
  repeatedChoice,
  waitOptions,
  waitTimeoutOption,
  yesOption,
} from './arguments/flag-options.ts';
import { hintFlag } from './arguments/hint-flag.ts';
import {
  followLogOption,
  followOption,
  listOptions,
  watchOption,
} from './arguments/list-options.ts';
import { hasNames, NOUNS, wordsOf } from './arguments/nouns.ts';
import { colorOption, globalOutputOption, refuseFormat } from './arguments/output-option.ts';
import { type GivenWords, missingWords } from './arguments/read-input.ts';
import { isRunInputs, runInputOption } from './arguments/run-input-option.ts';
import { refuseUnknownCommand, suggestCommands } from './arguments/suggest-command.ts';
import { ENDPOINT_DEFAULT } from './client/endpoint.ts';
import { TIMEOUT_SECONDS_DEFAULT } from './client/settings.ts';
import { addAnomalyCommand } from './commands/anomaly/anomaly-command.ts';
import { addApplyCommands } from './commands/apply/apply-commands.ts';
import { addArgocdCommands } from './commands/argocd/argocd-commands.ts';
import { addCapacityCommands } from './commands/capacity/plan-command.ts';
import { addComplianceCommands } from './commands/compliance/compliance-commands.ts';
import { addConsoleCommand, type ConsoleActions } from './commands/console/console-commands.ts';
import { addCostCommands } from './commands/cost/cost-commands.ts';
import {
  addDescribeCommands,
  type DescribeActions,
} from './commands/describe/describe-commands.ts';
import { addDriftCommands } from './commands/drift/drift-commands.ts';
import { addEditCommand, addRenameCommands } from './commands/edit/edit-commands.ts';
import { addForecastCommand } from './commands/forecast/forecast-command.ts';
import { addMetricCommands } from './commands/metric/metric-commands.ts';
import { addModelCommands } from './commands/model/model-commands.ts';
import { addPolicyFileCommands } from './commands/policy/policy-commands.ts';
import { addPriceListCommands } from './commands/price-list/price-list-commands.ts';
import { addPullRequestCommands } from './commands/pull-request/pull-request-commands.ts';
import { addSecretCommands } from './commands/secret/secret-commands.ts';
import { addEmergencyKey, type EmergencyKeyActions } from './commands/server/add-emergency-key.ts';
import {
  addSnapshotCommands,
  type SnapshotActions,
} from './commands/snapshot/snapshot-commands.ts';
import { addSupportCommand } from './commands/support/support-commands.ts';
import {
  addTemplateCommands,
  type TemplateActions,
} from './commands/template/template-commands.ts';
import { addStateExport } from './commands/terraform-state/export-command.ts';
import { addVolumeCommands, type VolumeActions } from './commands/volume/volume-commands.ts';
import { borrowedCommands } from './commands/workflow/borrowed-commands.ts';
import {
  addDefinitionCommands,
  addExecutionCommands,
  addInspectCommand,
} from './commands/workflow/workflow-commands.ts';
import { EXIT_CODES_HELP } from './failures/failure.ts';
import { groupCommands } from './help/command-groups.ts';
import { helpLayout } from './help/short-help.ts';
import type { CommandContext } from './operations/command-context.ts';
import { USAGE_HINT } from './output/render-failure.ts';

/** Actions of all commands once parsed. */
export interface ProgramActions
  extends LocalActions,
    ConsoleActions,
    SnapshotActions,
    TemplateActions,
    VolumeActions,
    EmergencyKeyActions,
    DescribeActions {
  readonly switchPolicy: (request: PolicySwitch) => Promise<void>;
}

/** A policy to be switched on or off. */
export interface PolicySwitch {
  /** Name or id. */
  readonly policy: string;
  readonly to: 'enabled' | 'disabled';
  /** Whether it happens in the data directory of this machine, past the server. */
  readonly by: 'server' | 'break-glass';
  readonly dataDir: string | undefined;
  readonly store: string | undefined;
  readonly options: GivenWords['options'];
}

const EXAMPLES_HELP = `Examples:
  $ novacron login --api-key-file ~/.local/share/novacron/admin.key
  $ novacron vm create web-server-01 --cpu-cores 4 --memory-gb 8 --disk-gb 100`;

/** Makes the program. Its parser throws commander's errors instead of ending the process. */
export function createProgram(actions: ProgramActions, context: CommandContext): Command {
  const { io } = context;
  const program = new CommandLine('novacron')
    .description(
      'Manages virtual machines on a fleet of hypervisor nodes through a NovaCron server.',
    )
    .version(io.version, '-V, --version', 'Show the version')
    .helpOption('-h, --help', 'Show this help')
    .helpCommand(false)
    .exitOverride()
    .showHelpAfterError(USAGE_HINT)
    .configureHelp(helpLayout(context.words))
    .hook('preAction', (_program, command) => {
      if (command instanceof CommandLine) command.refuse();
      refuseFormat(program, command);
    })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => write([...program.takeMistakes(), text].map(hintFlag).join('')),
      getOutHelpWidth: () => io.stdout.columns ?? HELP_COLUMNS,
      getErrHelpWidth: () => io.stderr.columns ?? HELP_COLUMNS,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText('after', `\n${EXAMPLES_HELP}\n${EXIT_CODES_HELP}`);
  for (const option of globalOptions()) program.addOption(option);
  for (const command of tableCommands()) {
    const isWhole = mayMean(context.words, command);
    addTableCommand(program, command, { actions, isWhole });
  }
  addNounCommands(program, actions, context);
  addRenameCommands((words) => groupOf(program, words), context);
  addApplyCommands(program, context);
  addEditCommand(program, context);
  addForecastCommand(program, context);
  addAnomalyCommand(program, context);
  addArgocdCommands(program, context);
  addPullRequestCommands(program, context);
  addDefinitionCommands(groupOf(program, 'workflow'), 'workflow', context);
  addDefinitionCommands(groupOf(program, 'runbook'), 'runbook', context);
  addExecutionCommands(groupOf(program, 'execution'), context);
  for (const group of ['workflow', 'runbook']) {
    addInspectCommand(groupOf(program, group), context).helpGroup(EXECUTIONS_HELP);
  }
  for (const { row, given } of borrowedCommands()) {
    const isWhole = row.noun === 'workflow' || mayMean(context.words, row);
    const command = addTableCommand(program, row, { actions, given, isWhole });
    if (row.noun !== 'workflow') command.helpGroup(EXECUTIONS_HELP);
    for (const option of command.options) {
      if (Object.hasOwn(given, option.attributeName())) option.hideHelp();
    }
  }
  addLocalCommands(program, actions);
  addDescribeCommands(program, actions, context.words);
  addHelpCommand(program);
  groupCommands(program);
  suggestCommands(program);
  return program;
}

/** Adds commands of their own to nouns that the operations table has. */
function addNounCommands(program: Command, actions: ProgramActions, context: CommandContext): void {
  addPolicySwitches(groupOf(program, 'policy'), actions);
  addEmergencyKey(groupOf(program, 'api-key create'), actions);
  addPolicyFileCommands(groupOf(program, 'policy'), context);
  addDriftCommands(groupOf(program, 'drift'), context);
  addCapacityCommands(groupOf(program, 'capacity'), context);
  addConsoleCommand(groupOf(program, 'vm'), actions);
  addSnapshotCommands(groupOf(program, 'snapshot'), actions);
  addTemplateCommands(groupOf(program, 'template'), actions);
  addVolumeCommands(groupOf(program, 'storage'), actions);
  addPriceListCommands(groupOf(program, 'price-list'), context);
  addMetricCommands(groupOf(program, 'metric'), context);
  addSecretCommands(groupOf(program, 'secret'), context);
  addCostCommands(groupOf(program, 'cost'), context);
  addComplianceCommands(groupOf(program, 'compliance'), context);
  addStateExport(groupOf(program, 'terraform-state'), context);
  addModelCommands(groupOf(program, 'model'), context);
  addSupportCommand(groupOf(program, 'admin'), context);
}

/** The heading of what nouns have of executions. */
const EXECUTIONS_HELP = 'Executions:';

const HELP_TEXT = 'Show help for a command';

/** Commander's own `help` knows commands of the top only: this one shows `help vm create`, too. */
function addHelpCommand(program: Command): void {
  program
    .command('help')
    .description(HELP_TEXT)
    .argument('[command...]', 'The command, such as vm create')
    .option('--all', 'Explain all flags and commands')
    .action((words: readonly string[]) => {
      const command = words.reduce<Command>((above, word) => {
        const isMeant = (each: Command) => each.name() === word || each.aliases().includes(word);
        return above.commands.find(isMeant) ?? refuseUnknownCommand(above, word);
      }, program);
      command.help();
    });
  for (const group of program.commands) describeHelpCommands(group);
}

function describeHelpCommands(command: Command): void {
  if (command.commands.length === 0) return;
  command.helpCommand('help [command]', HELP_TEXT);
  for (const below of command.commands) describeHelpCommands(below);
}

/** Width of help texts where no terminal says otherwise. Unit: characters. */
const HELP_COLUMNS = 100;

/** The flags that every command takes. */
export function globalOptions(): Option[] {
  return [
    new Option(
      '--endpoint <url>',
      `Server address (default: NOVACRON_ENDPOINT, the profile, or ${ENDPOINT_DEFAULT})`,
    ),
    new Option(
      '--api-key <key>',
      'API key, visible in the process list (default: NOVACRON_API_KEY, or the profile)',
    ),
    new Option(
      '--api-key-file <file>',
      'File with the API key, - for standard input (default: NOVACRON_API_KEY_FILE)',
    ),
    new Option(
      '--profile <name>',
      'Saved login profile (default: NOVACRON_PROFILE, or the current profile)',
    ),
    globalOutputOption(),
    colorOption(),
    new Option(
      '--timeout <duration>',
      `Request timeout, such as 90s (default: ${TIMEOUT_SECONDS_DEFAULT}s)`,
    ).argParser(parseSeconds),
    new Option('-q, --quiet', 'Hide progress'),
  ];
}

/** A group by its words: `drift baseline` stands in the group `drift`. */
function groupOf(program: Command, words: string): Command {
  return words.split(' ').reduce((above, word) => {
    const found = above.commands.find((command) => command.name() === word);
    return found ?? above.command(word);
  }, program);
}

function addTableCommand(
  program: Command,
  row: TableCommand,
  {
    actions,
    isWhole,
    given = {},
  }: {
    readonly actions: ProgramActions;
    /** Whether the command gets its argument and flags, not only its name and summary. */
    readonly isWhole: boolean;
    readonly given?: GivenWords['options'];
  },
): Command {
  const { group, noun, verb } = row;
  const parent = group === undefined ? program : groupOf(program, group);
  const words = NOUNS[noun];
  if (group !== undefined && words !== undefined && parent.description() === '') {
    parent.description(words.description).aliases(nounAliases(noun, group));
  }
  const command = parent
    .command(verb, { isDefault: row.operation === 'event.list' })
    .aliases(verbAliases(verb))
    .description(row.summary);
  if (!isWhole) return command;
  command.addHelpText('after', `\nExample:\n  $ ${row.example}`);
  if (row.argument !== undefined) {
    const label = argumentLabel(row);
    if (row.argument.field === 'name') {
      // Its absence is reported together with that of flags.
      command.addArgument(new Argument(`[${label}]`, row.argument.description));
      command.usage(`[options] <${label}>`);
    } else {
      const words = wordsOf(noun, row.operation);
      const isNamed = row.argument.nouns.some(hasNames);
      const text = `ID${isNamed ? ' or name' : ''} of the ${words}`;
      const placeholder = takesSeveral(row) ? `<${label}...>` : `<${label}>`;
      command.addArgument(new Argument(placeholder, text));
    }
  }
  // Lists have a sort of their own, by any field.
  const flags = row.flags.filter(({ flag }) => row.shape !== 'list' || flag !== 'sort');
  for (const option of optionsOfFlags(flags, verb)) command.addOption(option);
  for (const option of optionsOfShape(row)) command.addOption(option);
  const readWords = (): GivenWords => ({
    argument: command.args[0],
    several: command.args,
    options: { ...command.opts(), ...given },
  });
  if (command instanceof CommandLine) command.missing = () => missingWords(row, readWords());
  command.action(() => actions.runTable(row, readWords()));
  return command;
}

function optionsOfShape(row: TableCommand): Option[] {
  const { input, output } = operationRow(row.operation);
  switch (row.shape) {
    case 'show': {
      const text = 'Watch for changes until the operation ends';
      if (row.operation === 'operation.get') return [new Option('-w, --watch', text)];
      if (row.operation === 'execution.logs') return [followLogOption()];
      return row.verb === 'show' && row.argument !== undefined ? [watchOption()] : [];
    }
    case 'wait':
      return [waitTimeoutOption()];
    case 'list': {
      const limit = new Option('--limit <number>', 'Maximum number of items (default: all)');
      const hasLimit = Object.hasOwn(input.shape, 'limit');
      return [
        ...listOptions(),
        ...(row.operation === 'event.list' ? [followOption()] : []),
        ...(hasLimit ? [limit.argParser(parseCount)] : []),
      ];
    }
    case 'write': {
      const waits = output instanceof z.ZodObject && startsWork(output);
      const clearable = row.flags.filter(({ clearing }) => clearing === 'possible');
      const choices = clearable.map(({ flag }) => flag);
      const text =
        'Reset the field to its default, or clear it. Can be repeated, or separated by commas.';
      return [
        ...(row.verb === 'update' && choices.length > 0
          ? [repeatedChoice('--unset, --clear <field>', text, choices)]
          : []),
        ...(row.flags.some(isRunInputs) ? [runInputOption(), followStepsOption()] : []),
        ...(waits ? waitOptions() : []),
        ...(mayAsk(row.operation) ? [yesOption(row.verb)] : []),
        ...(hasOwnDryRun(row) ? [dryRunOption()] : []),
      ];
    }
  }
}

/** Whether an answer has operations: its own, those of its items, or that which it started. */
function startsWork({ shape }: z.ZodObject): boolean {
  const { resource } = shape;
  const isWithin = resource instanceof z.ZodObject && Object.hasOwn(resource.shape, 'operation');
  return isWithin || Object.hasOwn(shape, 'operation') || Object.hasOwn(shape, 'items');
}

function addPolicySwitches(group: Command, actions: ProgramActions): void {
  const enable = group
    .command('enable')
    .description('Enables a policy.')
    .argument('<policy>', 'ID or name of the policy')
    .addHelpText('after', '\nExample:\n  $ novacron policy enable "VM Access Policy"')
    .action((policy: string) =>
      actions.switchPolicy({
        policy,
        to: 'enabled',
        by: 'server',
        ...localPlace({}),
        options: enable.opts(),
      }),
    );
  const disable = group
    .command('disable')
    .description('Disables a policy.')
    .argument('<policy>', 'ID or name of the policy')
    .addHelpText(
      'after',
      '\nExamples:\n  $ novacron policy disable "VM Access Policy"\n' +
        '  $ novacron policy disable "VM Access Policy" --break-glass \\\n' +
        '      --data-dir /var/lib/novacron\n' +
        '  $ novacron policy disable "VM Access Policy" --break-glass \\\n' +
        '      --store postgres://novacron@db/novacron --data-dir /var/lib/novacron',
    )
    .action((policy: string, options: BreakGlassFlags) => {
      if (options.breakGlass !== true) refuseLocalFlags(disable, options);
      return actions.switchPolicy({
        policy,
        to: 'disabled',
        by: options.breakGlass === true ? 'break-glass' : 'server',
        ...localPlace(options),
        options: disable.opts(),
      });
    });
  for (const option of waitOptions()) enable.addOption(option);
  for (const option of breakGlassOptions('Disable')) disable.addOption(option);
  for (const option of waitOptions()) disable.addOption(option);
}
