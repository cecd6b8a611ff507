/** The command that makes an author's key: `policy keygen`. */
import type { Command } from 'commander';
import type { CommandContext } from '../../../operations/command-context.ts';
import { exampleText } from '../flags/text-flags.ts';

/** Adds it to the group `policy`. */
export function addKeygenCommand(group: Command, { io, finish }: CommandContext): void {
  group
    .command('keygen')
    .description('Creates a key for signing policies and prints the public key.')
    .argument('<file>', 'File for the private key; must not exist')
    .addHelpText('after', exampleText('policy keygen ann.key'))
    .action(async (path: string) => {
      const { makeAuthorKey } = await import('./make-author-key.ts');
      finish(await makeAuthorKey(io, path));
    });
}
