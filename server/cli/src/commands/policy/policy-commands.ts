/** The commands that work on policies in files: check, fmt, test, eval, review, sign, push. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parsePercent, parseTime, repeatedText } from '../../arguments/flag-options.ts';
import type { CheckRequest, FormatRequest, PolicyTexts } from './check-policies.ts';
import type { EvaluateRequest } from './evaluate-policy.ts';
import type { PushRequest } from './push-policies.ts';
import { addReviewCommand, type ReviewAction } from './review/review-command.ts';
import type { SignRequest } from './sign-policies.ts';
import type { TestRequest } from './test-policies.ts';

/** Orchestration policies to simulate. */
export interface SimulateRequest {
  /** None: the policies of the server alone. */
  readonly file: string | undefined;
  readonly facts?: string;
  /** Asks about the VMs of the server instead. */
  readonly live?: true;
  /** The server's policies count as well. */
  readonly stored?: true;
  /** RFC 3339; else now. */
  readonly at?: string;
}

/** What they do, once they are understood. */
export interface PolicyFileActions extends ReviewAction {
  readonly checkPolicies: (request: CheckRequest) => Promise<void>;
  readonly formatPolicies: (request: FormatRequest) => Promise<void>;
  readonly testPolicies: (request: Omit<TestRequest, 'progress'>) => Promise<void>;
  readonly evaluatePolicy: (request: EvaluateRequest) => Promise<void>;
  readonly pushPolicies: (request: PushRequest) => Promise<void>;
  readonly makeAuthorKey: (path: string) => Promise<void>;
  readonly signPolicies: (request: SignRequest) => Promise<void>;
  readonly simulatePolicies: (request: SimulateRequest) => Promise<void>;
}

const TEST_FORMATS: readonly TestRequest['format'][] = ['text', 'json', 'junit'];

const PATHS_TEXT = 'Files and directories; files of one directory are compiled together';

/** Adds them to the group `policy`. */
export function addPolicyFileCommands(group: Command, actions: PolicyFileActions): void {
  addCheck(group, actions);
  addTest(group, actions);
  addEval(group, actions);
  addReviewCommand(group, actions);
  addSimulate(group, actions);
  addSign(group, actions);
  group
    .command('push')
    .description(
      'Creates or updates policies on the server from files. Other policies are unchanged.',
    )
    .argument(
      '<paths...>',
      'Files and directories of policies in Rego; files of orchestration policies (.yaml, .json)',
    )
    .option('--dry-run', 'Show changes without applying them')
    .addHelpText('after', PUSH_HELP)
    .action((paths: string[], { dryRun }: { dryRun?: true }) =>
      actions.pushPolicies({ paths, mode: dryRun === true ? 'dry-run' : 'write' }),
    );
}

function addSign(group: Command, actions: PolicyFileActions): void {
  group
    .command('keygen')
    .description('Creates a key for signing policies and prints the public key.')
    .argument('<file>', 'File for the private key; must not exist')
    .addHelpText('after', exampleText('policy keygen ann.key'))
    .action((path: string) => actions.makeAuthorKey(path));
  group
    .command('sign')
    .description('Signs policy files in place (as their last line).')
    .argument('<paths...>', 'Files and directories; each file except tests is signed')
    .requiredOption('--key <file>', 'Private key created by keygen')
    .addHelpText('after', exampleText('policy sign policies --key ann.key'))
    .action((paths: string[], { key }: { key: string }) => actions.signPolicies({ paths, key }));
}

function addSimulate(group: Command, actions: PolicyFileActions): void {
  group
    .command('simulate')
    .description(
      'Shows which orchestration policies would act on resources, why, and how conflicts resolve.',
    )
    .argument('[file]', 'Policies in YAML, JSON or the text form (- for standard input)')
    .option('--stored', "Include the server's enabled policies")
    .option(
      '--facts <file>',
      'Resources with labels and metrics, JSON or YAML (default: only check the policies)',
    )
    .addOption(new Option('--live', "Use the server's VMs").conflicts('facts'))
    .addOption(new Option('--at <time>', 'Evaluation time (default: now)').argParser(parseTime))
    .addHelpText('after', exampleText('policy simulate policies.yaml --facts fleet.yaml'))
    .action((file: string | undefined, flags: Omit<SimulateRequest, 'file'>, command: Command) => {
      if (file !== undefined || flags.stored === true) {
        return actions.simulatePolicies({ file, ...flags });
      }
      return command.error("error: missing required argument 'file', or '--stored'");
    });
}

const PUSH_HELP = `
Name, type and mode of a policy stand in the metadata of its package, and so do selector,
actions, priority, active_from and platform_writes where it has them:

  # METADATA
  # title: VM Access Policy
  # custom:
  #   type: access
  #   enforcement_mode: block
  #   actions: [create_vm, update_vm]
  package novacron

A bundle of OPA (bundle.tar.gz with policy.wasm) is a policy as it is; its manifest says the
same under metadata.novacron.

Example:
  $ novacron policy push policies --dry-run`;

interface TextFlags {
  readonly together?: true;
  readonly bundle?: readonly string[];
  readonly data?: readonly string[];
  readonly regoVersion: PolicyTexts['regoVersion'];
}

function textsOf(paths: readonly string[], flags: TextFlags): PolicyTexts {
  const grouping = flags.together === true ? 'together' : 'by-directory';
  const { bundle: archives = [], data = [], regoVersion } = flags;
  return { paths, archives, data, grouping, regoVersion };
}

/** Refuses a command that names neither files nor bundles. */
function requireTexts({ paths, archives }: PolicyTexts, command: Command): void {
  if (paths.length + archives.length > 0) return;
  command.error("error: missing required argument 'paths', or '--bundle'");
}

function dataOption(): Option {
  const what = 'JSON or YAML, or a directory whose folders are names: `data` of the policies';
  return repeatedText('--data <path>', what);
}

function bundleOption(): Option {
  return repeatedText('--bundle <file>', 'OPA bundle (bundle.tar.gz)');
}

interface CheckFlags extends TextFlags {
  readonly schema?: string;
}

function addCheck(group: Command, actions: PolicyFileActions): void {
  group
    .command('check')
    .description('Compiles policies and reports every error.')
    .argument('[paths...]', PATHS_TEXT)
    .addOption(bundleOption())
    .addOption(dataOption())
    .option('--schema <path>', 'JSON Schemas for annotations: NAME.json is schema.NAME')
    .addOption(togetherOption())
    .addOption(versionOption())
    .addHelpText('after', exampleText('policy check policies --schema schemas'))
    .action((paths: string[], { schema, ...flags }: CheckFlags, command: Command) => {
      const texts = textsOf(paths, flags);
      requireTexts(texts, command);
      return actions.checkPolicies({ ...texts, ...(schema === undefined ? {} : { schema }) });
    });
  group
    .command('fmt')
    .description('Formats policies in place and lists changed files.')
    .argument('<paths...>', 'Files and directories (- for standard input to standard output)')
    .option('--check', 'Exit with 1 if a file is not formatted; write nothing')
    .addOption(versionOption())
    .addHelpText('after', exampleText('policy fmt --check policies'))
    .action((paths: string[], flags: TextFlags & { check?: true }) => {
      const { regoVersion } = flags;
      const mode = flags.check === true ? 'check' : 'write';
      return actions.formatPolicies({ paths, mode, regoVersion });
    });
}

interface TestFlags extends TextFlags {
  readonly run?: RegExp;
  readonly format: TestRequest['format'];
  readonly coverage?: true;
  readonly threshold?: number;
}

function addTest(group: Command, actions: PolicyFileActions): void {
  group
    .command('test')
    .description('Runs policy tests: rules whose names begin with test_.')
    .argument('[paths...]', PATHS_TEXT)
    .addOption(bundleOption())
    .addOption(dataOption())
    .addOption(
      new Option('--run <regex>', 'Only tests whose full name matches').argParser(parseRegex),
    )
    .addOption(
      new Option('--format <format>', 'Output format of the results')
        .choices(TEST_FORMATS)
        .default('text'),
    )
    .option('--coverage', 'Report policy lines that no test covers')
    .addOption(
      new Option('--threshold <percent>', 'Fail if coverage is below this percentage').argParser(
        parsePercent,
      ),
    )
    .addOption(togetherOption())
    .addOption(versionOption())
    .addHelpText('after', exampleText('policy test policies --coverage --threshold 90'))
    .action((paths: string[], flags: TestFlags, command: Command) => {
      const { run, format, coverage, threshold, ...own } = flags;
      const texts = textsOf(paths, own);
      requireTexts(texts, command);
      return actions.testPolicies({
        ...texts,
        ...(run === undefined ? {} : { run }),
        ...(threshold === undefined ? {} : { threshold }),
        format,
        coverage: coverage === true ? 'shown' : 'hidden',
      });
    });
}

interface EvalFlags {
  readonly policies?: readonly string[];
  readonly bundle?: string;
  readonly input?: string;
  readonly data?: readonly string[];
  readonly regoVersion: EvaluateRequest['regoVersion'];
  readonly strict?: true;
}

function addEval(group: Command, actions: PolicyFileActions): void {
  group
    .command('eval')
    .description('Evaluates a query, such as data.novacron.allow, over policies in files.')
    .argument('<query>', 'Query; the values of its variables are printed for each result')
    .addOption(repeatedText('--policies <path>', 'File or directory of policies'))
    .option('--bundle <file>', 'OPA bundle: its policies and data, or its module')
    .option('--input <file>', 'Value of `input`, JSON or YAML (- for standard input)')
    .addOption(dataOption())
    .addOption(versionOption())
    .option('--strict', 'Stop on builtin errors instead of treating them as undefined')
    .addHelpText(
      'after',
      exampleText('policy eval data.novacron.allow --policies policies/vm-access --input ask.json'),
    )
    .action((query: string, { policies = [], data = [], strict, ...flags }: EvalFlags) =>
      actions.evaluatePolicy({
        query,
        policies,
        data,
        ...flags,
        builtinErrors: strict === true ? 'fail' : 'undefined',
      }),
    );
}

function togetherOption(): Option {
  return new Option(
    '--together',
    'Compile all files together instead of each directory separately',
  );
}

function versionOption(): Option {
  return new Option('--rego-version <version>', 'Rego version')
    .choices(['auto', 'v0', 'v1'])
    .default('auto');
}

function parseRegex(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (cause) {
    throw new InvalidArgumentError(cause instanceof Error ? cause.message : String(cause));
  }
}

function exampleText(words: string): string {
  return `\nExample:\n  $ novacron ${words}`;
}
