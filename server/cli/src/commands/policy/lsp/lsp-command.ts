/** The command that serves editors: `policy lsp`. */
import type { Command } from 'commander';
import type { CommandContext } from '../../../operations/command-context.ts';

/** Adds it to the group `policy`. */
export function addLspCommand(group: Command, { io, finish }: CommandContext): void {
  group
    .command('lsp')
    .description('Serves editors as a language server for Rego on standard input and output.')
    .option('--stdio', 'Accepted because editors pass it; it changes nothing')
    .addHelpText('after', HELP)
    .action(async () => {
      const { serveLanguage } = await import('./serve-language.ts');
      finish(await serveLanguage(io));
    });
}

const HELP = `
An editor starts it; the extension of the release does so for Visual Studio Code.

Example:
  $ novacron policy lsp`;
