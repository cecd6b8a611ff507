/** The command that reviews a Terraform plan, or documents in files: `policy review`. */
import { type Command, Option } from 'commander';
import { parseTime, repeatedText } from '../../../arguments/flag-options.ts';
import type { CommandContext } from '../../../operations/command-context.ts';
import { ignoreFiles } from '../files/ignore-files.ts';
import { allowUnknownOption } from '../flags/text-flags.ts';
import type { DocumentsRequest } from './documents/review-documents.ts';
import type { ReviewRequest } from './review-policies.ts';

const FORMATS: readonly ReviewRequest['format'][] = [
  'text',
  'json',
  'markdown',
  'sarif',
  'junit',
  'github',
];

/** Formats that have a place for costs; the others have only results of checks. */
const COST_FORMATS: readonly ReviewRequest['format'][] = ['text', 'json', 'markdown', 'github'];

const FAIL_ON: readonly ReviewRequest['failOn'][] = ['error', 'warning', 'note', 'never'];

const PARSERS: readonly DocumentsRequest['parser'][] = [
  'json',
  'yaml',
  'hcl2',
  'toml',
  'dockerfile',
];

/** Flags that only a plan has, and only documents have. */
const PLAN_FLAGS = [
  'bundle',
  'standard',
  'base',
  'live',
  'cost',
  'config',
  'role',
  'user',
  'at',
  'waivers',
  'allowUnknown',
];
const DOCUMENT_FLAGS = ['namespace', 'allNamespaces', 'combine', 'parser', 'data', 'ignoreFiles'];

interface ReviewFlags
  extends Pick<ReviewRequest, 'config' | 'base' | 'live' | 'format' | 'failOn'> {
  readonly plan?: string;
  readonly files?: readonly string[];
  readonly policies?: readonly string[];
  readonly bundle?: readonly string[];
  readonly standard?: readonly string[];
  readonly cost?: true;
  readonly waivers: boolean;
  readonly allowUnknown?: true;
  readonly namespace?: readonly string[];
  readonly allNamespaces?: true;
  readonly combine?: true;
  readonly data?: readonly string[];
  readonly parser?: DocumentsRequest['parser'];
  readonly ignoreFiles?: readonly string[];
  readonly role: string;
  readonly user: string;
  readonly at?: string;
}

/** Adds it to the group `policy`. */
export function addReviewCommand(group: Command, context: CommandContext): void {
  const command = group
    .command('review')
    .description(
      'Evaluates policies against a Terraform plan, or any documents, and reports findings.',
    )
    .option('--plan <file>', 'Output of `terraform show -json` (- for standard input)')
    .option(
      '--files <paths...>',
      'JSON, YAML, HCL and TOML files and Dockerfiles, instead of a plan',
    )
    .addOption(repeatedText('--policies <path>', 'Policy file or directory'))
    .addOption(
      new Option('--format <format>', 'Output format of the review')
        .choices(FORMATS)
        .default('text'),
    )
    .addOption(
      new Option('--fail-on <level>', 'Exit with 1 if a finding is at this level or above')
        .choices(FAIL_ON)
        .default('error'),
    );
  addPlanOptions(command);
  addDocumentOptions(command);
  command
    .addHelpText('after', HELP)
    .action((flags: ReviewFlags, self: Command) =>
      flags.files === undefined
        ? reviewPlan(context, flags, self)
        : reviewFiles(context, { ...flags, files: flags.files }, self),
    );
}

function addPlanOptions(command: Command): void {
  command
    .option('--config <dir>', 'Directory of the configuration', '.')
    .addOption(repeatedText('--bundle <path>', 'OPA bundle to evaluate as well'))
    .option(
      '--standard <names...>',
      'Standards of compliance whose checks judge the plan: cis, pci-dss, hipaa, soc2, gdpr, ' +
        'iso27001, or one that a policy names',
    )
    .option('--base <revision>', 'Compare with the policies at this Git revision')
    .addOption(
      new Option(
        '--live <where>',
        'With --base: source of the resources that the plan does not change',
      )
        .choices(['plan', 'server'])
        .default('plan'),
    )
    .option('--cost', 'Ask the server what the plan costs, and what budgets leave')
    .addOption(allowUnknownOption())
    .option('--no-waivers', 'Ignore the comments that waive findings')
    .option('--role <role>', 'Role that applies the plan', 'operator')
    .option('--user <name>', 'Name of the API key that applies the plan', 'ci')
    .addOption(new Option('--at <time>', 'Time of the apply (default: now)').argParser(parseTime));
}

function addDocumentOptions(command: Command): void {
  command
    .addOption(
      repeatedText(
        '--namespace <package>',
        'With --files: package of the rules, or main.* (default: main)',
      ),
    )
    .addOption(
      repeatedText(
        '--data <path>',
        'With --files: JSON or YAML file, or directory, to load below `data`',
      ),
    )
    .option('--all-namespaces', 'With --files: rules of all packages')
    .addOption(
      repeatedText('--ignore-files <pattern>', 'With --files: files of directories to skip'),
    )
    .option('--combine', 'With --files: rules see all files as one list of {path, contents}')
    .addOption(
      new Option(
        '--parser <language>',
        'With --files: language of the files (default: by their endings)',
      ).choices(PARSERS.flatMap((each) => each ?? [])),
    );
}

async function reviewPlan(
  { io, finish, online, progress }: CommandContext,
  flags: ReviewFlags,
  command: Command,
): Promise<void> {
  const { plan, policies = [], bundle: archives = [], standard: standards = [], base } = flags;
  const { role, user: userId, at } = flags;
  refuseFlags(command, DOCUMENT_FLAGS, '--files');
  if (plan === undefined) {
    return command.error("error: required option '--plan <file>' not specified, nor '--files'");
  }
  if (policies.length + archives.length + standards.length === 0) {
    return command.error(
      "error: required option '--policies <path>' not specified, nor '--bundle' or '--standard'",
    );
  }
  const { config, live, format, failOn, cost = false } = flags;
  if (cost && !COST_FORMATS.includes(format)) {
    return command.error(`error: option '--cost' goes with --format ${COST_FORMATS.join(', ')}`);
  }
  const { reviewPolicies } = await import('./review-policies.ts');
  const request: ReviewRequest = {
    plan,
    config,
    live,
    cost,
    format,
    failOn,
    policies,
    archives,
    standards,
    ...(base === undefined ? {} : { base }),
    waivers: flags.waivers ? 'applied' : 'ignored',
    allowUnknown: flags.allowUnknown === true,
    asker: { role, userId, time: at ?? io.now().toISOString() },
    progress: progress(),
  };
  const isCompared = request.live === 'server' && request.base !== undefined;
  if (!cost && !isCompared) return finish(await reviewPolicies(io, request));
  await online((session) => reviewPolicies(io, request, session));
}

async function reviewFiles(
  { io, finish, progress }: CommandContext,
  flags: ReviewFlags & { readonly files: readonly string[] },
  command: Command,
): Promise<void> {
  const { files, policies = [], namespace = ['main'], parser, format, failOn } = flags;
  refuseFlags(command, ['plan', ...PLAN_FLAGS], '--plan');
  if (policies.length === 0) {
    return command.error("error: required option '--policies <path>' not specified");
  }
  const { reviewDocuments } = await import('./documents/review-documents.ts');
  const request: DocumentsRequest = {
    files,
    policies,
    data: flags.data ?? [],
    parser,
    format,
    failOn,
    namespaces: flags.allNamespaces === true ? 'all' : namespace,
    grouping: flags.combine === true ? 'combined' : 'each',
    progress: progress(),
  };
  finish(await reviewDocuments(ignoreFiles(io, flags.ignoreFiles), request));
}

/** Refuses flags that mean nothing here. */
function refuseFlags(command: Command, names: readonly string[], instead: string): void {
  const given = names.find((name) => command.getOptionValueSource(name) === 'cli');
  if (given === undefined) return;
  const option = command.options.find((each) => each.attributeName() === given);
  const flag = option?.long ?? given;
  const other = instead === '--plan' ? '--files' : '--plan';
  const message =
    flag === '--plan'
      ? "error: options '--plan' and '--files' cannot be used together"
      : `error: option '${flag}' goes with '${instead}', not with '${other}'`;
  command.error(message);
}

const HELP = `
Exit codes: 0 no findings, 1 findings, 2 usage error, 3 policies do not compile.
A comment at a resource waives a finding:

  # novacron:waive "VM Size Limit" owner=ann expires=2026-12-31 reason="the archive moves"

With --files the rules deny, violation and warn of the package main are asked about each
document, as conftest does.

Examples:
  $ terraform plan -out plan.bin && terraform show -json plan.bin > plan.json
  $ novacron policy review --plan plan.json --policies policies --base origin/main --format github
  $ novacron policy review --plan plan.json --standard pci-dss --fail-on warning
  $ novacron policy review --files deploy infra/main.tf --policies rules --format sarif`;
