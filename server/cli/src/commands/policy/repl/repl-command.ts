/** The command that asks policies interactively: `policy repl`. */
import type { Command } from 'commander';
import { repeatedText } from '../../../arguments/flag-options.ts';
import type { CommandContext } from '../../../operations/command-context.ts';

interface ReplFlags {
  readonly input?: string;
  readonly data?: readonly string[];
}

/** Adds it to the group `policy`. */
export function addReplCommand(group: Command, { io, finish }: CommandContext): void {
  group
    .command('repl')
    .description('Starts an interactive session that evaluates queries and definitions.')
    .argument('[paths...]', 'Files and directories; all are read together')
    .option('--input <file>', 'Value of `input`, JSON or YAML')
    .addOption(repeatedText('--data <path>', 'File or directory of documents, JSON or YAML'))
    .addHelpText('after', HELP)
    .action(async (paths: string[], { data = [], ...more }: ReplFlags) => {
      const { runRepl } = await import('./run-repl.ts');
      finish(await runRepl(io, { paths, data, ...more }));
    });
}

const HELP = `
On a terminal, Tab completes names, the arrow keys recall lines, and :help lists commands.
A script of lines may be piped in; it exits with 1 if a line failed.

Examples:
  $ novacron policy repl policies --input ask.json
  $ echo 'data.novacron.deny' | novacron policy repl policies`;
