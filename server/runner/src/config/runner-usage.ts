/** Output of `novacron runner --help`, generated from the table of flags. */
import { usageLine } from '@novacron/agent/config/usage-line';
import { RUNNER_FLAG_TABLE } from './runner-flags.ts';

/** Column of the descriptions. */
const COLUMN = 22;

/** The help text. */
export function runnerUsage(): string {
  const lines = Object.entries(RUNNER_FLAG_TABLE.rows).map(([name, row]) => {
    const note = row.note === undefined ? '' : ` (${row.note})`;
    const flag = row.placeholder === undefined ? name : `${name} ${row.placeholder}`;
    return usageLine(flag, `${row.description}${note}`, COLUMN);
  });
  return `Usage: novacron runner --name NAME --bus nats://… [options]
       novacron runner doctor [options]

Starts a runner, which runs the commands of workflows of one tenant, each isolated from this host
and from the others. It needs Linux and root, and starts nothing where it cannot isolate. \`doctor\`
says whether it can.

Options:
${lines.join('')}${usageLine('help', 'Print this text', COLUMN)}
Each flag has an environment variable: --first-uid is NOVACRON_RUNNER_FIRST_UID. Flags override
variables.

SIGINT and SIGTERM stop it: commands that run get 30 s to end, and are then ended. Exit codes: 0
after a stop, 1 when it cannot run, 2 for wrong usage.

Example:
  novacron runner --name runner-01 --label site=berlin --bus nats://127.0.0.1:4222
`;
}
