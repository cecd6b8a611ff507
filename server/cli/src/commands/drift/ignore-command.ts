/** The command `drift ignore`. */
import { type Command, Option } from 'commander';
import { parseDeadline } from '../../arguments/flag-options.ts';
import type { CommandContext } from '../../operations/command-context.ts';
import { present, RESOURCES, type RemediateFlags, toRequest } from './drift-flags.ts';

const IGNORE_HELP = `
Example:
  $ novacron drift ignore web-server-01 --until 2026-12-31 --reason "load test"`;

/** Adds it to the group `drift`. */
export function addIgnoreCommand(group: Command, { online }: CommandContext): void {
  const until = new Option(
    '--until <time>',
    'Time until which the drift is muted, or a duration such as 7d',
  ).argParser(parseDeadline);
  group
    .command('ignore')
    .description('Mutes drift until a date, with a recorded reason.')
    .argument(...RESOURCES)
    .option('--cause <cause>', 'All drift with this cause, as named in a report')
    .addOption(until.makeOptionMandatory())
    .requiredOption('--reason <reason>', 'Reason, recorded with the drift')
    .addHelpText('after', IGNORE_HELP)
    .action(async (resources: string[], flags: RemediateFlags) => {
      const { remediateDrift } = await import('./remediate-drift.ts');
      const { cause, until: time, reason } = flags;
      const request = {
        ...toRequest(resources, flags),
        input: present({ action: 'ignore', cause, until: time, reason }),
        mode: 'carry-out' as const,
      };
      await online((session) => remediateDrift(session, request));
    });
}
