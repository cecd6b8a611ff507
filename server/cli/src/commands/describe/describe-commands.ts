/** The commands `describe NOUN NAME` and `NOUN describe NAME`. */

import { operationRow } from '@novacron/contract/operations-table/operations';
import { nearName } from '@novacron/contract/problem/find-near-name';
import type { Command } from 'commander';
import { namesGroup } from '../../arguments/aliases.ts';
import { argumentLabel, type TableCommand, tableCommands } from '../../arguments/command-table.ts';
import { splitResource } from '../../arguments/split-resource.ts';
import type { DescribeRequest } from './describe-resource.ts';

/** Actions of the parsed commands. */
export interface DescribeActions {
  readonly describeResource: (request: DescribeRequest) => Promise<void>;
}

const TEXT = 'Describes a resource with what belongs to it: incidents, drift, latest events.';

/** Adds them to the program, and to each group whose resources can be shown. */
export function addDescribeCommands(
  program: Command,
  actions: DescribeActions,
  words: readonly string[],
): void {
  const rows = tableCommands().filter(isDescribable);
  const nouns = program.commands.flatMap((group) =>
    rows.filter((row) => row.group === group.name()).map((row) => ({ group, row })),
  );
  for (const { group, row } of nouns) {
    const command = group.command('describe').description(TEXT);
    if (!namesGroup(words, row)) continue;
    command
      .argument(`<${argumentLabel(row)}>`, 'Name or ID')
      .addHelpText('after', `\nExample:\n  $ ${row.example.replace(' show ', ' describe ')}`)
      .action((resource: string) =>
        actions.describeResource({ operation: row.operation, resource }),
      );
  }
  const describe = program.command('describe').description(TEXT);
  const readNoun = (word: string): TableCommand => {
    const found = nouns.find(
      ({ group }) => group.name() === word || group.aliases().includes(word),
    );
    if (found !== undefined) return found.row;
    const known = nouns.map(({ group }) => group.name());
    const near = nearName(word, known);
    const hint = near === undefined ? `Nouns: ${known.join(', ')}.` : `Did you mean ${near}?`;
    return describe.error(`error: there is no kind '${word}' to describe. ${hint}`);
  };
  describe
    .argument('<noun>', 'Kind of the resource: vm, node, network, …')
    .argument('[name]', 'Name or ID of the resource, unless the kind has it: vm/web-01')
    .addHelpText('after', '\nExample:\n  $ novacron describe vm web-server-01')
    .action((word: string, name: string | undefined) => {
      const { kind, resource } = splitResource(describe, word, name);
      return actions.describeResource({ operation: readNoun(kind).operation, resource });
    });
}

/** Whether a command shows something that has an ID or a name, and a group of its own. */
function isDescribable({ operation, verb, group }: TableCommand): boolean {
  if (verb !== 'show' || group?.includes(' ') !== false) return false;
  return operationRow(operation).rest.path.endsWith('/{id}');
}
