/** The commands `describe NOUN NAME` and `NOUN describe NAME`. */

import { nearName } from '@novacron/contract/problem/find-near-name';
import type { Command } from 'commander';
import { argumentLabel, type TableCommand, tableCommands } from '../../arguments/command-table.ts';
import { splitResource } from '../../arguments/split-resource.ts';
import type { DescribeRequest } from './describe-resource.ts';

/** What the commands do, once they are understood. */
export interface DescribeActions {
  readonly describeResource: (request: DescribeRequest) => Promise<void>;
}

const TEXT = 'Describes a resource with what belongs to it: incidents, drift, latest events.';

/** Adds them to the program, and to each group whose resources can be shown. */
export function addDescribeCommands(program: Command, actions: DescribeActions): void {
  const nouns = program.commands.flatMap((group) =>
    describable()
      .filter((row) => row.group === group.name())
      .map((row) => ({ group, row })),
  );
  for (const { group, row } of nouns) {
    group
      .command('describe')
      .description(TEXT)
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
    const words = nouns.map(({ group }) => group.name());
    const near = nearName(word, words);
    const hint = near === undefined ? `Nouns: ${words.join(', ')}.` : `Did you mean ${near}?`;
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

/** What has an id or a name, and a group of its own. */
function describable(): readonly TableCommand[] {
  return tableCommands().filter(
    ({ verb, group, argument, flags }) =>
      verb === 'show' &&
      argument !== undefined &&
      flags.every(({ presence }) => presence === 'optional') &&
      group?.includes(' ') === false,
  );
}
