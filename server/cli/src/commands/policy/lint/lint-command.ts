/** The command that lints policies: `policy lint`. */
import { type Command, Option } from 'commander';
import { repeatedText } from '../../../arguments/flag-options.ts';
import type { CommandContext } from '../../../operations/command-context.ts';
import { type TextFlags, versionOption } from '../flags/text-flags.ts';
import type { LintRequest } from './lint-policies.ts';

interface LintFlags
  extends Omit<LintRequest, 'paths' | 'disable' | 'enable' | 'ignoreFiles' | 'fixes'> {
  readonly fix?: true;
  readonly disable?: readonly string[];
  readonly enable?: readonly string[];
  readonly ignoreFiles?: readonly string[];
  readonly regoVersion: TextFlags['regoVersion'];
}

const FORMATS: readonly LintRequest['format'][] = ['text', 'json', 'sarif', 'junit'];
const LEVELS: readonly LintRequest['failLevel'][] = ['error', 'warning'];

/** Adds it to the group `policy`. */
export function addLintCommand(group: Command, { io, finish }: CommandContext): void {
  group
    .command('lint')
    .description('Reports likely mistakes and style problems in policies.')
    .argument('<paths...>', 'Files and directories; all are linted together')
    .addOption(repeatedText('--disable <rule>', 'Rule or category to switch off'))
    .addOption(repeatedText('--enable <rule>', 'Rule or category to switch on'))
    .addOption(repeatedText('--ignore-files <pattern>', 'Files to skip'))
    .option('--config-file <file>', 'Configuration (default: .regal/config.yaml, also above)')
    .addOption(
      new Option('--fail-level <level>', 'Exit with 1 for findings of this level and above')
        .choices(LEVELS)
        .default('error'),
    )
    .addOption(
      new Option('--format <format>', 'Output format of the findings')
        .choices(FORMATS)
        .default('text'),
    )
    .option('--fix', 'Write the one right form of what has one, and report the rest')
    .addOption(versionOption())
    .addHelpText('after', HELP)
    .action(async (paths: string[], flags: LintFlags) => {
      const { disable = [], enable = [], ignoreFiles = [], fix, ...more } = flags;
      const fixes = fix === true ? 'written' : 'left';
      const { lintPolicies } = await import('./lint-policies.ts');
      finish(await lintPolicies(io, { paths, disable, enable, ignoreFiles, fixes, ...more }));
    });
}

const HELP = `
Rules have the names of Regal's, and its configuration and comments (# regal ignore:RULE) work
as they are. docs/reference/policy-lint.md describes each rule.

Exit codes: 0 no findings, 1 findings, 2 usage error, 3 policies do not parse.

Example:
  $ novacron policy lint policies --disable line-length`;
