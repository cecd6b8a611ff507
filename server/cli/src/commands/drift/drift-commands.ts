/** The commands about drift besides those that the operations table makes. */
import { DRIFT_SEVERITIES } from '@novacron/contract/drift/drift';
import { RESOURCE_KINDS } from '@novacron/contract/schema/resource-kind';
import { Argument, type Command, Option } from 'commander';
import { commandOf } from '../../arguments/command-table.ts';
import {
  parseDeadline,
  parsePercent,
  parseSeconds,
  repeatedText,
  waitOptions,
} from '../../arguments/flag-options.ts';
import { reportOutputOption } from '../../arguments/output-option.ts';
import type { AnnotateRequest } from './annotate-plan.ts';
import type { RemediateRequest } from './remediate-drift.ts';
import type { ReportRequest } from './report-drift.ts';
import type { ShowRequest } from './show-drift.ts';
import type { WatchRequest } from './watch-drift.ts';

/** What they do, once they are understood. */
export interface DriftActions {
  readonly reportDrift: (request: Omit<ReportRequest, 'format'>) => Promise<void>;
  readonly showDrift: (request: Omit<ShowRequest, 'format'>) => Promise<void>;
  readonly watchDrift: (request: WatchRequest) => Promise<void>;
  readonly remediateDrift: (request: RemediateRequest) => Promise<void>;
  readonly approveDrift: (resources: readonly string[]) => Promise<void>;
  readonly annotatePlan: (request: Omit<AnnotateRequest, 'format'>) => Promise<void>;
}

const CODES_HELP = `
Exit codes: 0 success, 1 drift at or above --fail-on, 2 the command failed.`;

/** Adds them to the group `drift`, whose `report` learns more than its row says. */
export function addDriftCommands(group: Command, actions: DriftActions): void {
  addReport(group, actions);
  group
    .command('show')
    .description('Shows the drift of one resource, and who caused it.')
    .argument('<resource>', 'ID or name of the resource')
    .addOption(kindOption('Kind of the resource, if the name is ambiguous'))
    .addOption(failOnOption())
    .addOption(reportOutputOption())
    .addHelpText('after', helpText('drift show web-server-01'))
    .action((resource: string, { resourceKind: kind, failOn }: ShowFlags) =>
      actions.showDrift({ resource, failOn, ...(kind === undefined ? {} : { kind }) }),
    );
  group
    .command('watch')
    .description('Reports drift as it appears and is resolved, until interrupted.')
    .addOption(kindOption('Only resources of this kind'))
    .option('--deployment <deployment>', 'Only resources of this deployment')
    .addOption(failOnOption())
    .addOption(
      new Option('--for <duration>', 'Stop after this time, such as 10m').argParser(parseSeconds),
    )
    .addHelpText('after', helpText('drift watch --fail-on high --for 600'))
    .action(({ resourceKind: kind, for: forSeconds, ...flags }: WatchFlags) =>
      actions.watchDrift({
        ...flags,
        failOn: flags.failOn,
        ...(kind === undefined ? {} : { kind }),
        ...(forSeconds === undefined ? {} : { forSeconds }),
      }),
    );
  addAnnotate(group, actions);
  addRemediation(group, actions);
}

interface ShowFlags extends Pick<ReportRequest, 'failOn'> {
  readonly resourceKind?: NonNullable<ShowRequest['kind']>;
}

interface WatchFlags extends Pick<WatchRequest, 'failOn' | 'deployment'> {
  readonly resourceKind?: string;
  readonly for?: number;
}

interface ReportFlags extends Pick<ReportRequest, 'failOn' | 'coverageMin' | 'config'> {
  readonly state?: readonly string[];
}

function addReport(group: Command, actions: DriftActions): void {
  const report = group.commands.find((command) => command.name() === 'report');
  const states = 'State file to compare with: terraform.tfstate, or `terraform show -json` output';
  const coverage = 'With --state: exit with 1 if a smaller share of resources is in a state file';
  report
    ?.addOption(repeatedText('--state <file>', states))
    .option(
      '--config <dir>',
      'With --state: directory of the configuration, to find source lines',
      '.',
    )
    .addOption(new Option('--coverage-min <percent>', coverage).argParser(parsePercent))
    .addOption(failOnOption())
    .addOption(reportOutputOption())
    .addHelpText('after', CODES_HELP)
    .action(() => {
      const options = report.opts();
      const { state: given = [], config, failOn, coverageMin }: ReportFlags = report.opts();
      return actions.reportDrift({
        command: commandOf('drift.report'),
        given: { argument: undefined, options },
        states: given,
        config,
        failOn,
        coverageMin,
      });
    });
}

const ANNOTATE_HELP = `
Example:
  $ terraform plan -out plan.bin && terraform show -json plan.bin > plan.json
  $ novacron drift annotate plan.json`;

function addAnnotate(group: Command, actions: DriftActions): void {
  group
    .command('annotate')
    .description('Annotates a Terraform plan with drift, for pull requests.')
    .addArgument(new Argument('<plan>', 'Output of `terraform show -json` (- for standard input)'))
    .option('--config <dir>', 'Directory of the configuration, to find source lines', '.')
    .addOption(failOnOption())
    .addOption(reportOutputOption())
    .addHelpText('after', `${CODES_HELP}\n${ANNOTATE_HELP}`)
    .action((plan: string, { config, failOn }: Pick<AnnotateRequest, 'config' | 'failOn'>) =>
      actions.annotatePlan({ plan, config, failOn }),
    );
}

interface RemediateFlags {
  readonly action?: string;
  readonly ids?: readonly string[];
  readonly cause?: string;
  readonly until?: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly yes?: true;
  readonly wait?: false;
  /** Unit: seconds. */
  readonly waitTimeout?: number;
}

const RESOURCES = ['[resources...]', 'IDs or names of drifted resources'] as const;

/** Rows with more: names, a plan unless it is meant, and the wait for what is done. */
function addRemediation(group: Command, actions: DriftActions): void {
  const row = (name: string) => group.commands.find((command) => command.name() === name);
  const remediate = row('remediate')
    ?.argument(...RESOURCES)
    .option('--yes', 'Go ahead without asking; without a terminal it is needed, else a dry run')
    .action((resources: string[], flags: RemediateFlags) => {
      const { action, cause, until, reason } = flags;
      return actions.remediateDrift({
        ...toRequest([...resources, ...(flags.ids ?? [])], flags),
        input: present({ action, cause, until, reason }),
        mode: flags.dryRun === true ? 'plan' : flags.yes === true ? 'carry-out' : 'ask',
      });
    });
  for (const option of waitOptions()) remediate?.addOption(option);
  row('approve')
    ?.argument(...RESOURCES)
    .action((resources: string[], { ids = [] }: RemediateFlags) =>
      actions.approveDrift([...resources, ...ids]),
    );
  const until = new Option(
    '--until <time>',
    'Time until which the drift is muted, or a duration such as 7d',
  ).argParser(parseDeadline);
  group
    .command('ignore')
    .description('Mutes drift until a date, with a recorded reason.')
    .argument(...RESOURCES)
    .option('--cause <cause>', 'All drift with this cause, as named in a report')
    .addOption(until.makeOptionMandatory())
    .requiredOption('--reason <reason>', 'Reason, recorded with the drift')
    .addHelpText('after', IGNORE_HELP)
    .action((resources: string[], flags: RemediateFlags) => {
      const { cause, until: time, reason } = flags;
      return actions.remediateDrift({
        ...toRequest(resources, flags),
        input: present({ action: 'ignore', cause, until: time, reason }),
        mode: 'carry-out',
      });
    });
}

const IGNORE_HELP = `
Example:
  $ novacron drift ignore web-server-01 --until 2026-12-31 --reason "load test"`;

function toRequest(resources: readonly string[], { wait, waitTimeout }: RemediateFlags) {
  return {
    resources,
    wait: wait === false ? ('none' as const) : ('for-end' as const),
    ...(waitTimeout === undefined ? {} : { timeoutMs: waitTimeout * 1000 }),
  };
}

function present(fields: Readonly<Record<string, string | undefined>>) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function kindOption(description: string): Option {
  return new Option('--resource-kind <kind>', description).choices(RESOURCE_KINDS);
}

function failOnOption(): Option {
  const text = 'Exit with 1 if drift is at this level or above';
  return new Option('--fail-on <level>', text).choices(DRIFT_SEVERITIES);
}

function helpText(example: string): string {
  return `${CODES_HELP}\n\nExample:\n  $ novacron ${example}`;
}
