/** Output of `novacron agent --help`, made from the table of flags. */
import { agentFlagRows, variablesOf } from './agent-flags.ts';
import { usageLine } from './usage-line.ts';

/** Column at which descriptions begin. */
const COLUMN = 22;

/** The help text. */
export function agentUsage(): string {
  const lines = agentFlagRows().map(({ name, row }) => {
    const note = row.note === undefined ? '' : ` (${row.note})`;
    const flag = row.placeholder === undefined ? name : `${name} ${row.placeholder}`;
    return usageLine(flag, `${row.description}${note}`, COLUMN);
  });
  const others = agentFlagRows().flatMap(({ name }) => variablesOf(name).slice(1));
  return `Usage: novacron agent --node NAME --zone NAME --rack NAME --cpu-cores N --memory-gb N
                      --disk-gb N --bus nats://… [options]
       novacron agent --driver qemu --node NAME --zone NAME --rack NAME --bus nats://… [options]
       novacron agent --fleet FILE [--nodes A,B] --bus nats://… [options]
       novacron agent doctor [options]

Starts the agent of a hypervisor node, which runs the commands of a server and records them in a
journal. VMs keep running when the agent stops; it completes unfinished commands at the next start.
\`doctor\` examines whether this host can run VMs, and says what to install.

Options:
${lines.join('')}${usageLine('help', 'Print this text', COLUMN)}
Each flag has an environment variable: --cpu-cores is NOVACRON_AGENT_CPU_CORES. Flags override
variables. If neither is set, these variables are used:
${wrapNames(others)}

While the message bus is unavailable, the agent retries and logs it. SIGINT and SIGTERM stop
it: commands that run get 10 s to end. Exit codes: 0 after a stop, 1 when it cannot run, 2 for wrong
usage.

Example:
  novacron agent --node node-01 --zone zone-a --rack rack-1 \\
    --cpu-cores 32 --memory-gb 128 --disk-gb 2000 --bus nats://127.0.0.1:4222
`;
}

/** Longest line of names. */
const LINE_LENGTH_MAX = 96;

function wrapNames(names: readonly string[]): string {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.pop();
    const joined = last === undefined ? name : `${last}, ${name}`;
    if (last === undefined || joined.length <= LINE_LENGTH_MAX) lines.push(joined);
    else lines.push(last, name);
  }
  return `  ${lines.join(',\n  ')}.`;
}
