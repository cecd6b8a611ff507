/** The command `drift show`. */
import type { Command } from 'commander';
import { reportOutputOption } from '../../arguments/output-option.ts';
import { exitCodeOfDrift } from '../../failures/failure.ts';
import type { CommandContext } from '../../operations/command-context.ts';
import { failOnOption, helpText, kindOption } from './drift-flags.ts';
import type { ShowRequest } from './show-drift.ts';

interface ShowFlags extends Pick<ShowRequest, 'failOn'> {
  readonly resourceKind?: NonNullable<ShowRequest['kind']>;
}

/** Adds it to the group `drift`. */
export function addShowCommand(group: Command, { online, output }: CommandContext): void {
  group
    .command('show')
    .description('Shows the drift of one resource, and who caused it.')
    .argument('<resource>', 'ID or name of the resource')
    .addOption(kindOption('Kind of the resource, if the name is ambiguous'))
    .addOption(failOnOption())
    .addOption(reportOutputOption())
    .addHelpText('after', helpText('drift show web-server-01'))
    .action(async (resource: string, { resourceKind: kind, failOn }: ShowFlags) => {
      const { showDrift } = await import('./show-drift.ts');
      const narrowed = kind === undefined ? {} : { kind };
      const request = { resource, failOn, ...narrowed, format: output() };
      await online((session) => showDrift(session, request), exitCodeOfDrift);
    });
}
