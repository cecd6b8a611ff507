/** The command that formats policies: `policy fmt`. */
import { type Command, Option } from 'commander';
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
  readonly v0V1?: true;
  readonly regoV1?: true;
}

/** Adds it to the group `policy`. */
export function addFmtCommand(group: Command, { io, finish }: CommandContext): void {
  group
    .command('fmt')
    .description('Formats policies in place and lists changed files.')
    .argument('<paths...>', 'Files and directories (- for standard input to standard output)')
    .option('--check', 'Exit with 1 if a file is not formatted; write nothing')
    .option('--diff', 'Show what would change as a unified diff; write nothing')
    .option('--v0-v1', 'Move texts of version 0 to the form that versions 0 and 1 read alike')
    .addOption(new Option('--rego-v1', 'The same as --v0-v1, by its earlier name').hideHelp())
    .addOption(ignoreFilesOption())
    .addOption(versionOption())
    .addHelpText('after', exampleText('policy fmt --check policies'))
    .action(async (paths: string[], flags: FmtFlags) => {
      const { regoVersion } = flags;
      const listed = flags.check === true ? 'check' : 'write';
      const mode = flags.diff === true ? 'diff' : listed;
      const failing = flags.check === true ? 'changed' : 'never';
      const { formatPolicies } = await import('./format-policies.ts');
      const isMoved = flags.v0V1 === true || flags.regoV1 === true;
      const form = isMoved ? 'version-1' : 'own-version';
      const request = { paths, mode, failing, regoVersion, form } as const;
      finish(await formatPolicies(ignoreFiles(io, flags.ignoreFiles), request));
    });
}
