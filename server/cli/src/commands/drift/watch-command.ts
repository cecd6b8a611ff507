/** The command `drift watch`. */
import { type Command, Option } from 'commander';
import { parseSeconds } from '../../arguments/flag-options.ts';
import { exitCodeOfDrift } from '../../failures/failure.ts';
import type { CommandContext } from '../../operations/command-context.ts';
import { failOnOption, helpText, kindOption } from './drift-flags.ts';
import type { WatchRequest } from './watch-drift.ts';

interface WatchFlags extends Pick<WatchRequest, 'failOn' | 'deployment'> {
  readonly resourceKind?: string;
  /** Unit: seconds. */
  readonly for?: number;
}

/** Adds it to the group `drift`. */
export function addWatchCommand(group: Command, { online }: CommandContext): void {
  group
    .command('watch')
    .description('Reports drift as it appears and is resolved, until interrupted.')
    .addOption(kindOption('Only resources of this kind'))
    .option('--deployment <deployment>', 'Only resources of this deployment')
    .addOption(failOnOption())
    .addOption(
      new Option('--for <duration>', 'Stop after this time, such as 10m').argParser(parseSeconds),
    )
    .addHelpText('after', helpText('drift watch --fail-on high --for 10m'))
    .action(async ({ resourceKind: kind, for: forSeconds, ...flags }: WatchFlags) => {
      const { watchDrift } = await import('./watch-drift.ts');
      const request = {
        ...flags,
        failOn: flags.failOn,
        ...(kind === undefined ? {} : { kind }),
        ...(forSeconds === undefined ? {} : { forSeconds }),
      };
      await online((session) => watchDrift(session, request), exitCodeOfDrift);
    });
}
