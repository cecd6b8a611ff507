/** The command that formats policies: `policy fmt`. */
import type { Command } from 'commander';
import type { CommandContext } from '../../../operations/command-context.ts';
import { exampleText, type TextFlags, versionOption } from '../flags/text-flags.ts';

/** Adds it to the group `policy`. */
export function addFmtCommand(group: Command, { io, finish }: CommandContext): void {
  group
    .command('fmt')
    .description('Formats policies in place and lists changed files.')
    .argument('<paths...>', 'Files and directories (- for standard input to standard output)')
    .option('--check', 'Exit with 1 if a file is not formatted; write nothing')
    .addOption(versionOption())
    .addHelpText('after', exampleText('policy fmt --check policies'))
    .action(async (paths: string[], flags: TextFlags & { check?: true }) => {
      const { regoVersion } = flags;
      const mode = flags.check === true ? 'check' : 'write';
      const { formatPolicies } = await import('./format-policies.ts');
      finish(await formatPolicies(io, { paths, mode, regoVersion }));
    });
}
