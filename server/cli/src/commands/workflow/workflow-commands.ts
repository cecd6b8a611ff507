/** The commands that work on definitions of workflows and runbooks in files. */
import { ReportFormat } from '@novacron/contract/automation/execution-report';
import { Argument, type Command, Option } from 'commander';
import { parseCount, repeatedText } from '../../arguments/flag-options.ts';
import { parseInteger, parseJson } from '../../arguments/parse-values.ts';
import { usageFailure } from '../../failures/failure.ts';
import type { CommandContext } from '../../operations/command-context.ts';
import type { DefinitionKind } from './read-definition-file.ts';

const FILE_TEXT = 'Definition in YAML or JSON (- for standard input)';

interface PlanFlags {
  readonly input?: readonly string[];
  readonly duration?: readonly string[];
  readonly lastRun?: string;
}

interface GraphFlags {
  readonly format: 'mermaid' | 'svg';
  readonly atVersion?: number;
}

/**
 * Adds them to a group: `validate`, `graph`, `plan`, `push`, `sign`, `enable`, `disable`; and
 * `schema` to that of workflows.
 */
export function addDefinitionCommands(
  group: Command,
  kind: DefinitionKind,
  context: CommandContext,
): void {
  const { io, finish, online } = context;
  if (group.description() === '') group.description(`Works on ${kind}s in files.`);
  group
    .command('validate')
    .description(`Checks ${kind}s, and names every mistake with its line and column.`)
    .addArgument(new Argument('<files...>', FILE_TEXT))
    .addHelpText('after', exampleOf(`${kind} validate failover.yaml`))
    .action(async (files: readonly string[]) => {
      const { validateDefinitions } = await import('./validate-definitions.ts');
      finish(await validateDefinitions(io, { files, kind }));
    });
  group
    .command('graph')
    .description(`Draws the steps of a ${kind}, and how long its executions took.`)
    .addArgument(
      new Argument(`<${kind}>`, `ID or name of the ${kind}, or its file: FILE.yaml, - or a path`),
    )
    .option('--at-version <number>', 'Version of one that is stored', parseCount)
    .addOption(
      new Option('--format <format>', 'Language of the drawing')
        .choices(['mermaid', 'svg'])
        .default('mermaid'),
    )
    .addHelpText('after', exampleOf(`${kind} graph failover.yaml --format svg > failover.svg`))
    .action(async (what: string, { format, atVersion: version }: GraphFlags) => {
      const { graphDefinition, graphStored, isDefinitionFile } = await import(
        './graph-definition.ts'
      );
      const isFile = isDefinitionFile(what);
      if (!isFile) await online((session) => graphStored(session, { name: what, format, version }));
      else if (version === undefined) {
        finish(await graphDefinition(io, { file: what, kind, format }));
      } else
        finish({
          failure: usageFailure(`--at-version is for one that is stored; ${what} is a file`),
        });
    });
  group
    .command('plan')
    .description(`Shows what a run of a ${kind} would do, in which order, and with which values.`)
    .addArgument(new Argument('<file>', FILE_TEXT))
    .addOption(repeatedText('--input <name=value>', 'Input of the run'))
    .addOption(repeatedText('--duration <step=duration>', 'How long a step takes, such as 90s'))
    .option('--last-run <moment>', 'When a schedule last started a run: shows those it has missed')
    .addHelpText('after', exampleOf(`${kind} plan failover.yaml --input primary_host=db1`))
    .action(async (file: string, { input = [], duration = [], lastRun }: PlanFlags) => {
      const { planDefinition } = await import('./plan-definition.ts');
      finish(await planDefinition(io, { file, kind, inputs: input, durations: duration, lastRun }));
    });
  group
    .command('push')
    .description(`Stores a ${kind} on the server: a new one, or the next version of one.`)
    .addArgument(new Argument('<file>', FILE_TEXT))
    .option('--if-revision <number>', 'Only if it still has this revision', parseCount)
    .addHelpText('after', exampleOf(`${kind} push failover.yaml`))
    .action(async (file: string, { ifRevision }: { readonly ifRevision?: number }) => {
      const { pushDefinition } = await import('./push-definition.ts');
      await online((session) => pushDefinition(session, { file, kind, ifRevision }));
    });
  group
    .command('sign')
    .description(`Signs ${kind}s in files with their bundles, in place (as their last line).`)
    .addArgument(new Argument('<files...>', 'Definitions in YAML or JSON'))
    .requiredOption('--key <file>', 'Private key created by policy keygen')
    .addHelpText('after', exampleOf(`${kind} sign failover.yaml --key ann.key`))
    .action(async (files: readonly string[], { key }: { readonly key: string }) => {
      const { signDefinitions } = await import('./sign-definitions.ts');
      finish(await signDefinitions(io, { files, kind, key }));
    });
  addSwitches(group, kind, context);
  if (kind === 'runbook') {
    group.alias('runbooks');
    addGenerate(group, context);
    addDraft(group, context);
  }
  if (kind !== 'workflow') return;
  addBackfill(group, context);
  group
    .command('schema')
    .description('Prints the format of workflows and runbooks as a JSON Schema, for editors.')
    .addHelpText('after', exampleOf('workflow schema > workflow.schema.json'))
    .action(async () => {
      const { printDefinitionSchema } = await import('./print-definition-schema.ts');
      finish(printDefinitionSchema());
    });
}

interface BackfillFlags {
  readonly schedule?: number;
  readonly from: string;
  readonly until: string;
  readonly dryRun?: true;
  readonly yes?: true;
}

function addBackfill(group: Command, { online }: CommandContext): void {
  group
    .command('backfill')
    .description('Starts executions for the scheduled times of a past period.')
    .addArgument(new Argument('<workflow>', 'ID or name of the workflow or runbook'))
    .option('--schedule <number>', 'Place of the schedule in the text, from 0', (text) =>
      parseInteger(text),
    )
    .requiredOption('--from <moment>', 'Begin of the period: a time, or how long ago, such as 7d')
    .requiredOption('--until <moment>', 'End of the period, which is not a part of it')
    .option('--dry-run', 'Show the moments and start nothing')
    .option('--yes', 'Do not ask')
    .addHelpText('after', exampleOf('workflow backfill nightly --from 3d --until 1d'))
    .action(async (workflow: string, flags: BackfillFlags) => {
      const { backfillWorkflow } = await import('./backfill-workflow.ts');
      const { schedule, from, until, dryRun, yes } = flags;
      const mode = dryRun ? 'plan' : yes ? 'carry-out' : 'ask';
      await online((session) =>
        backfillWorkflow(session, { workflow, schedule, from, until, mode }),
      );
    });
}

const SWITCHES = {
  enable: 'may run again; its schedules and triggers begin from now.',
  disable: 'is not run by people, schedules, triggers or other workflows; what runs goes on.',
} as const;

function addSwitches(group: Command, kind: DefinitionKind, { online }: CommandContext): void {
  for (const verb of ['enable', 'disable'] as const) {
    const word = verb === 'enable' ? 'Enables' : 'Disables';
    group
      .command(verb)
      .description(`${word} a ${kind}: it ${SWITCHES[verb]}`)
      .addArgument(new Argument(`<${kind}>`, `ID or name of the ${kind}`))
      .addHelpText('after', exampleOf(`${kind} ${verb} provision-web`))
      .action(async (name: string) => {
        const { switchWorkflow } = await import('./switch-workflow.ts');
        await online((session) => switchWorkflow(session, { name, verb }));
      });
  }
}

interface GenerateFlags {
  readonly cause?: string;
  readonly incident?: string;
}

function addGenerate(group: Command, { online }: CommandContext): void {
  group
    .command('generate')
    .description('Proposes a runbook by what helped in earlier incidents; stores nothing.')
    .option('--cause <cause>', 'Cause of the incidents, such as unhealthy')
    .option('--incident <id>', 'Incident whose cause it is, and whose VM the inputs name')
    .addHelpText('after', exampleOf('runbook generate --cause unhealthy > heal-unhealthy.yaml'))
    .action(async ({ cause, incident }: GenerateFlags) => {
      const { generateRunbook } = await import('./generate-runbook.ts');
      await online((session) => generateRunbook(session, { cause, incident }));
    });
}

interface DraftFlags extends GenerateFlags {
  readonly send?: boolean;
  readonly save?: boolean;
}

function addDraft(group: Command, { online }: CommandContext): void {
  group
    .command('draft')
    .description('Shows what a model is asked for a runbook; with --send it drafts one.')
    .option('--cause <cause>', 'Cause of the incidents, such as unhealthy')
    .option('--incident <id>', 'Incident whose cause it is, and which the model sees')
    .option('--send', 'Send the request to the endpoint of the operator')
    .option('--save', 'Store a draft without problems, disabled')
    .addHelpText('after', exampleOf('runbook draft --cause unhealthy --send > draft.yaml'))
    .action(async ({ cause, incident, send = false, save = false }: DraftFlags) => {
      const { draftRunbook } = await import('./draft-runbook.ts');
      await online((session) => draftRunbook(session, { cause, incident, send, save }));
    });
}

/** Adds `inspect` to a group: people look for it at workflows and at executions. */
export function addInspectCommand(group: Command, { online }: CommandContext): Command {
  return group
    .command('inspect')
    .description('Shows the steps of an execution as a tree, and why each one waits.')
    .addArgument(new Argument('<execution>', 'ID of the execution'))
    .addHelpText('after', exampleOf(`${group.name()} inspect op_01jd3v6t7re3h8z9k2m4n5p6q7`))
    .action(async (id: string) => {
      const { inspectExecution } = await import('./inspect-execution.ts');
      await online((session) => inspectExecution(session, id));
    });
}

/** Adds `inspect`, `report` and `signal` to the group of executions. */
export function addExecutionCommands(group: Command, context: CommandContext): void {
  const { online } = context;
  addInspectCommand(group, context);
  group
    .command('report')
    .description('Writes a report of an execution, for people who were not there.')
    .addArgument(new Argument('<execution>', 'ID of the execution'))
    .addOption(
      new Option('--format <format>', 'Language of the report')
        .choices(ReportFormat.options)
        .default('markdown'),
    )
    .addHelpText(
      'after',
      exampleOf('execution report op_01jd3v6t7re3h8z9k2m4n5p6q7 --format html > report.html'),
    )
    .action(async (id: string, { format }: { readonly format: ReportFormat }) => {
      const { reportExecution } = await import('./report-execution.ts');
      await online((session) => reportExecution(session, { id, format }));
    });
  group
    .command('signal')
    .description('Sends a signal to an execution, for a step that waits for it now or later.')
    .addArgument(new Argument('<execution>', 'ID of the execution'))
    .addArgument(new Argument('<signal>', 'Name of the signal, as the definition has it'))
    .option('--data <json>', 'Values that outputs of the step are taken from', parseJson)
    .addHelpText(
      'after',
      exampleOf(`execution signal op_01jd3v6t7re3h8z9k2m4n5p6q7 built --data '{"digest":"ab12"}'`),
    )
    .action(async (id: string, signal: string, { data }: { readonly data?: unknown }) => {
      const { signalExecution } = await import('./signal-execution.ts');
      const sent = data === undefined ? {} : { data };
      await online((session) => signalExecution(session, { id, signal, ...sent }));
    });
}

function exampleOf(line: string): string {
  return `\nExample:\n  $ novacron ${line}`;
}
