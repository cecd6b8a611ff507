/** The flags of `novacron runner`: one row each. Parser, help and texts of trouble use it. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { AGENT_FLAGS, type Environment, type FlagTable } from '@novacron/agent/config/agent-flags';

/** Every flag but `--help`. Those about the link and the enrollment are those of an agent. */
const RUNNER_FLAGS = {
  name: { placeholder: 'NAME', description: 'Name of the runner; must match its enrollment' },
  label: {
    placeholder: 'K=V',
    description: 'Label of the runner, which run_on of steps can ask for',
    note: 'repeatable',
    repeated: 'joined',
  },
  network: {
    placeholder: 'none|hosts|open',
    description: 'What steps reach: nothing, hosts that they name, or what this host reaches',
    note: 'default: none',
  },
  'allow-host': {
    placeholder: 'HOST:PORT',
    description:
      'Host that steps may name: also *.example.com:443, 10.0.0.0/8:22 or with the port *',
    note: 'repeatable',
    repeated: 'joined',
  },
  endpoint: {
    placeholder: 'URL',
    description: 'Address of the server for steps with a token, which may then reach it',
  },
  'endpoint-ca': {
    placeholder: 'FILE',
    description: 'Certificate authority of that address, PEM',
    note: 'default: those that programs trust',
  },
  places: { placeholder: 'N', description: 'Most steps at once', note: 'default: 4' },
  'scratch-mb': {
    placeholder: 'N',
    description: 'Longest content of the files of a step, which are in memory. Unit: MB',
    note: 'default: 256',
  },
  'memory-mb': {
    placeholder: 'N',
    description: 'Most memory of a step, with its files. Unit: MB',
    note: 'default: 2048',
  },
  'allow-path': {
    placeholder: 'PATH',
    description: 'File or directory that steps can read, besides programs and libraries in /usr',
    note: 'repeatable',
    repeated: 'joined',
  },
  'processes-max': {
    placeholder: 'N',
    description: 'Most processes and threads of a step',
    note: 'default: 512',
  },
  'first-uid': {
    placeholder: 'N',
    description: 'First of the users that steps run as, one for each place and one to spare',
    note: 'default: 1900000000',
  },
  bus: AGENT_FLAGS.bus,
  'bus-ca': AGENT_FLAGS['bus-ca'],
  'bus-cert': AGENT_FLAGS['bus-cert'],
  'bus-key': AGENT_FLAGS['bus-key'],
  'tls-min-version': AGENT_FLAGS['tls-min-version'],
  'insecure-links': AGENT_FLAGS['insecure-links'],
  enroll: AGENT_FLAGS.enroll,
  server: AGENT_FLAGS.server,
  'server-ca': AGENT_FLAGS['server-ca'],
  'data-dir': {
    placeholder: 'DIR',
    description: 'Directory of journal and certificate',
    note: 'default: ~/.local/share/novacron/runner',
  },
  'otlp-endpoint': AGENT_FLAGS['otlp-endpoint'],
  'otlp-headers': AGENT_FLAGS['otlp-headers'],
  'log-level': AGENT_FLAGS['log-level'],
} as const satisfies FlagTable['rows'];

/** Names a flag. */
export type RunnerFlagName = keyof typeof RUNNER_FLAGS;

/** The flags of `novacron runner`. */
export const RUNNER_FLAG_TABLE: FlagTable = { rows: RUNNER_FLAGS, prefix: 'NOVACRON_RUNNER_' };

/** The data directory when nothing is said: XDG Base Directory Specification. */
export function defaultDataDir(env: Environment): string {
  const base = env.XDG_DATA_HOME;
  const home = base === undefined || base === '' ? join(homedir(), '.local/share') : base;
  return join(home, 'novacron', 'runner');
}
