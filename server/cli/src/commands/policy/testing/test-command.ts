/** The command that runs tests of policies: `policy test`. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parsePercent, parseSeconds } from '../../../arguments/flag-options.ts';
import type { CommandContext } from '../../../operations/command-context.ts';
import { ignoreFiles } from '../files/ignore-files.ts';
import type { ExplainMode } from '../files/trace-lines.ts';
import {
  bundleOption,
  dataOption,
  exampleText,
  explainOption,
  ignoreFilesOption,
  PATHS_TEXT,
  requireTexts,
  type TextFlags,
  textsOf,
  togetherOption,
  versionOption,
} from '../flags/text-flags.ts';
import type { TestRequest } from './test-policies.ts';

const TEST_FORMATS: readonly TestRequest['format'][] = ['text', 'json', 'junit'];

interface TestFlags extends TextFlags {
  readonly run?: RegExp;
  readonly format: TestRequest['format'];
  readonly coverage?: true;
  readonly threshold?: number;
  readonly explain?: ExplainMode;
  readonly verbose?: true;
  readonly timeout: number;
}

/** Default of OPA. Unit: seconds. */
const TIMEOUT_SECONDS = 5;
const MS_PER_SECOND = 1000;

/** Adds it to the group `policy`. */
export function addTestCommand(group: Command, { io, finish, progress }: CommandContext): void {
  group
    .command('test')
    .description('Runs policy tests: rules whose names begin with test_.')
    .argument('[paths...]', PATHS_TEXT)
    .addOption(bundleOption())
    .addOption(dataOption())
    .addOption(
      new Option('-r, --run <regex>', 'Only tests whose full name matches').argParser(parseRegex),
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
    .addOption(explainOption())
    .option('-v, --verbose', 'List tests and cases that pass, too')
    .addOption(
      new Option('--timeout <duration>', 'Time of each test; one that takes longer fails')
        .argParser(parseSeconds)
        .default(TIMEOUT_SECONDS, `${TIMEOUT_SECONDS}s`),
    )
    .addOption(ignoreFilesOption())
    .addOption(togetherOption())
    .addOption(versionOption())
    .addHelpText('after', exampleText('policy test policies --coverage --threshold 90'))
    .action(async (paths: string[], flags: TestFlags, command: Command) => {
      const { run, format, coverage, threshold, explain, verbose, timeout, ...own } = flags;
      const texts = textsOf(paths, own);
      requireTexts(texts, command);
      const { testPolicies } = await import('./test-policies.ts');
      const request: TestRequest = {
        ...texts,
        ...(run === undefined ? {} : { run }),
        ...(threshold === undefined ? {} : { threshold }),
        ...(explain === undefined ? {} : { explain }),
        format,
        coverage: coverage === true ? 'shown' : 'hidden',
        passed: verbose === true ? 'shown' : 'hidden',
        timeoutMs: timeout * MS_PER_SECOND,
        progress: progress(),
      };
      finish(await testPolicies(ignoreFiles(io, flags.ignoreFiles), request));
    });
}

function parseRegex(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (cause) {
    throw new InvalidArgumentError(cause instanceof Error ? cause.message : String(cause));
  }
}
