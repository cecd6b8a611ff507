/** The command `edit`, and `rename` of every noun that has names to change. */
import { operationRow } from '@novacron/contract/operations-table/operations';
import type { Command } from 'commander';
import { namesGroup } from '../../arguments/aliases.ts';
import { tableCommands } from '../../arguments/command-table.ts';
import { waitOptions } from '../../arguments/flag-options.ts';
import { wordsOf } from '../../arguments/nouns.ts';
import { splitResource } from '../../arguments/split-resource.ts';
import type { CommandContext } from '../../operations/command-context.ts';
import { runWithInput } from '../../operations/run-command.ts';
import type { Fields } from '../../output/fields.ts';

/** Adds `edit` to the program. */
export function addEditCommand(program: Command, { online }: CommandContext): void {
  const edit = program
    .command('edit')
    .description('Opens a resource in your editor (VISUAL, EDITOR, or vi) and updates it.')
    .argument('<kind>', 'Kind of the resource, such as vm or security-group')
    .argument('[resource]', 'ID or name of the resource, unless the kind has it: vm/web-01');
  for (const option of waitOptions()) edit.addOption(option);
  edit
    .addHelpText('after', '\nExample:\n  $ EDITOR=nano novacron edit vm web-server-01')
    .action(async (word: string, name: string | undefined, options: Fields) => {
      const { kind, resource } = splitResource(edit, word, name);
      const { editResource } = await import('./edit-resource.ts');
      await online((session) => editResource(session, { kind, resource, options }));
    });
}

/** Adds `rename` to the groups whose `update` can change the name. */
export function addRenameCommands(
  groupOf: (words: string) => Command,
  { online, words: given }: CommandContext,
): void {
  for (const command of tableCommands()) {
    const { noun, operation, verb, group } = command;
    if (verb !== 'update' || group === undefined || !namesGroup(given, command)) continue;
    if (!Object.hasOwn(operationRow(operation).input.shape, 'name')) continue;
    const words = wordsOf(noun);
    const rename = groupOf(group)
      .command('rename')
      .description(`Renames a ${words}.`)
      .argument(`<${words.toLowerCase().replaceAll(' ', '-')}>`, `ID or name of the ${words}`)
      .argument('<new-name>', 'New name');
    for (const option of waitOptions()) rename.addOption(option);
    rename
      .addHelpText('after', `\nExample:\n  $ novacron ${group} rename old-name new-name`)
      .action(async (id: string, name: string, options: Fields) => {
        await online((session) => runWithInput(session, command, { input: { id, name }, options }));
      });
  }
}
