/** The command that formats policies: `policy fmt`. */
import type { Command } from 'commander';
import type { CommandContext } from '../../../operations/command-context.ts';
import { ignoreFiles } from '../files/ignore-files.ts';
import {
  exampleText,
  ignoreFilesOption,
  type TextFlags,
  versionOption,
} from '../flags/text-flags.ts';

interface FmtFlags extends TextFlags {
  readonly check?: true;
  readonly diff?: true;
}

/** Adds it to the group `policy`. */
export function addFmtCommand(group: Command, { io, finish }: CommandContext): void {
  group
    .command('fmt')
    .description('Formats policies in place and lists changed files.')
    .argument('<paths...>', 'Files and directories (- for standard input to standard output)')
    .option('--check', 'Exit with 1 if a file is not formatted; write nothing')
    .option('--diff', 'Show what would change as a unified diff; write nothing')
    .addOption(ignoreFilesOption())
    .addOption(versionOption())
    .addHelpText('after', exampleText('policy fmt --check policies'))
    .action(async (paths: string[], flags: FmtFlags) => {
      const { regoVersion } = flags;
      const listed = flags.check === true ? 'check' : 'write';
      const mode = flags.diff === true ? 'diff' : listed;
      const failing = flags.check === true ? 'changed' : 'never';
      const { formatPolicies } = await import('./format-policies.ts');
      const request = { paths, mode, failing, regoVersion } as const;
      finish(await formatPolicies(ignoreFiles(io, flags.ignoreFiles), request));
    });
}
