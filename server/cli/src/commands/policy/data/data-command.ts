/** The commands about data documents of policies: `policy data set`, `list`, `get` and others. */
import type { Command } from 'commander';
import { parseCount, yesOption } from '../../../arguments/flag-options.ts';
import type { CommandContext } from '../../../operations/command-context.ts';
import { exampleText } from '../flags/text-flags.ts';

const PATH_TEXT = 'Path below `data`, such as limits.teams';

/** Adds them to the group `policy`. */
export function addDataCommand(group: Command, context: CommandContext): void {
  const data = group
    .command('data')
    .description('Documents on the server that policies read below `data`: JSON, with versions.');
  addSet(data, context);
  addReads(data, context);
  addRollback(data, context);
  addDelete(data, context);
}

function addSet(data: Command, { online }: CommandContext): void {
  data
    .command('set')
    .description('Stores a document: creates it, or makes the value its next version.')
    .argument('<path>', PATH_TEXT)
    .requiredOption('--file <file>', 'JSON or YAML; - is standard input')
    .option('--if-revision <number>', 'Only if the document still has this revision', parseCount)
    .addHelpText('after', exampleText('policy data set limits.teams --file teams.yaml'))
    .action(async (path: string, flags: { file: string; ifRevision?: number }) => {
      const { setData } = await import('./set-data.ts');
      await online((session) => setData(session, { path, ...flags }));
    });
}

function addReads(data: Command, { online }: CommandContext): void {
  data
    .command('list')
    .description('Lists documents without their values.')
    .addHelpText('after', exampleText('policy data list'))
    .action(async () => {
      const { listData } = await import('./read-data.ts');
      await online((session) => listData(session));
    });
  data
    .command('get')
    .alias('show')
    .description('Writes the value of a document as JSON.')
    .argument('<path>', PATH_TEXT)
    .option('--at-version <number>', 'An earlier version (default: the current one)', parseCount)
    .addHelpText('after', exampleText('policy data get limits.teams --at-version 1'))
    .action(async (path: string, { atVersion: version }: { atVersion?: number }) => {
      const { getData } = await import('./read-data.ts');
      await online((session) => getData(session, { path, version }));
    });
  data
    .command('history')
    .alias('versions')
    .description('Lists the versions of a document, oldest first.')
    .argument('<path>', PATH_TEXT)
    .addHelpText('after', exampleText('policy data history limits.teams'))
    .action(async (path: string) => {
      const { showDataHistory } = await import('./read-data.ts');
      await online((session) => showDataHistory(session, path));
    });
}

function addRollback(data: Command, { online }: CommandContext): void {
  data
    .command('rollback')
    .description('Makes an earlier value the next version of a document.')
    .argument('<path>', PATH_TEXT)
    .requiredOption('--to-version <number>', 'Version to restore', parseCount)
    .addHelpText('after', exampleText('policy data rollback limits.teams --to-version 1'))
    .action(async (path: string, { toVersion }: { toVersion: number }) => {
      const { rollbackData } = await import('./change-data.ts');
      await online((session) => rollbackData(session, { path, toVersion }));
    });
}

function addDelete(data: Command, { online }: CommandContext): void {
  data
    .command('delete')
    .description('Deletes a document with its versions, unless a policy reads it.')
    .argument('<path>', PATH_TEXT)
    .addOption(yesOption('delete'))
    .addHelpText('after', exampleText('policy data delete limits.teams --yes'))
    .action(async (path: string, flags: { yes?: true }) => {
      const { deleteData } = await import('./change-data.ts');
      await online((session) => deleteData(session, { path, asks: flags.yes !== true }));
    });
}
