/** Output of `novacron agent doctor --help`. */
import { AGENT_FLAGS, type AgentFlagName } from './agent-flags.ts';
import { usageLine } from './usage-line.ts';

/** The flags of the agent that say something about its host. */
const FLAGS_SHOWN = [
  'data-dir',
  'run-dir',
  'storage-dir',
  'accel',
  'cpu-model',
  'networks',
  'tunnel-address',
  'vm-user',
  'host-reserve',
  'bus',
  'bus-ca',
  'bus-cert',
  'bus-key',
  'tls-min-version',
  'insecure-links',
] as const satisfies readonly AgentFlagName[];

/** Column at which descriptions begin. */
const COLUMN = 24;

/** The help text. */
export function doctorUsage(): string {
  const lines = FLAGS_SHOWN.map((name) => {
    const row = AGENT_FLAGS[name];
    const flag = 'placeholder' in row ? `${name} ${row.placeholder}` : name;
    return usageLine(flag, row.description, COLUMN);
  });
  lines.push(
    usageLine('json', 'Print a JSON document', COLUMN),
    usageLine('help', 'Print this text', COLUMN),
  );
  return `Usage: novacron agent doctor [options]

Examines this host for an agent with --driver qemu, and changes nothing. Run it as the agent's user
and with the agent's flags. It prints a line for each thing that an agent uses: ok, limited or
missing, what that costs, and the command that mends it. Without what is missing no VM runs here.

Options:
${lines.join('')}
The other flags of an agent are accepted and not examined. Variables are read as by the agent.

Exit codes: 0 when VMs can run here, even if with limits; 1 when they cannot; 2 for wrong usage.

Example:
  novacron agent doctor --data-dir /var/lib/novacron-agent --bus tls://bus.example:4222
`;
}
