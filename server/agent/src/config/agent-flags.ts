/** The flags of `novacron agent`: one row each. Parser, help and texts of trouble use it. */

import { homedir } from 'node:os';
import { join } from 'node:path';
import { keysOf } from '@novacron/contract/closed-table';
import { LOG_LEVELS } from '../process/json-logger.ts';

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One row of a table of flags; its key is the name of the flag. */
export interface FlagRow {
  /** Placeholder of the value in help texts; a switch has none. */
  readonly placeholder?: string;
  readonly description: string;
  /** Note that `--help` prints after the description, such as a default. */
  readonly note?: string;
  /** Variables that are read after the flag's own one. */
  readonly otherVariables?: readonly string[];
  /** Values of a repeated flag are joined with commas; of others, the last one counts. */
  readonly repeated?: 'joined';
}

/** Every flag but `--help`. */
export const AGENT_FLAGS = {
  node: { placeholder: 'NAME', description: 'Name of the node, unique in the fleet' },
  zone: { placeholder: 'NAME', description: 'Availability zone of the node' },
  rack: { placeholder: 'NAME', description: 'Rack within the zone' },
  class: { placeholder: 'NAME', description: 'Class of the node, which price lists name' },
  'cpu-cores': {
    placeholder: 'N',
    description: 'Cores for VMs',
    note: 'optional with qemu, as are the next two',
  },
  'memory-gb': { placeholder: 'N', description: 'Memory for VMs, in steps of 0.0625 GB' },
  'disk-gb': { placeholder: 'N', description: 'Disk for VMs, in GB' },
  label: {
    placeholder: 'K=V',
    description: 'Label of the node, which VMs can ask for',
    note: 'repeatable',
    repeated: 'joined',
  },
  taint: {
    placeholder: 'K=V:E',
    description: 'Keeps VMs away that do not tolerate it; E is refuse or avoid',
    note: 'repeatable',
    repeated: 'joined',
  },
  overcommit: {
    placeholder: 'LIST',
    description: 'How often cores and memory are promised',
    note: 'default: cpu=1,memory=1',
  },
  fleet: {
    placeholder: 'FILE',
    description: 'Fleet file, as for the server: runs its nodes instead',
  },
  nodes: {
    placeholder: 'A,B',
    description: 'Nodes of the fleet file to run',
    note: 'default: all',
  },
  driver: {
    placeholder: 'NAME',
    description: 'Hypervisor of the node: simulator or qemu',
    note: 'default: simulator',
  },
  'run-dir': {
    placeholder: 'DIR',
    description: 'qemu: directory of the machines',
    note: 'default: machines in --data-dir',
  },
  'storage-dir': {
    placeholder: 'DIR',
    description: 'qemu: directory of disks',
    note: 'default: storage in --data-dir',
  },
  storage: {
    placeholder: 'local|shared',
    description: 'qemu: whether other nodes use the directory of disks too',
    note: 'default: local',
  },
  'volume-storage': {
    placeholder: 'LIST',
    description: 'qemu: directories of storage classes: hdd=DIR,nvme=shared:DIR',
    note: 'default: none',
  },
  'reservation-devices': {
    placeholder: 'LIST',
    description: 'qemu: SCSI devices that other nodes can cut it off from',
    note: 'default: none',
  },
  accel: {
    placeholder: 'auto|kvm|tcg',
    description: 'qemu: accelerator; auto tries KVM with a guest',
    note: 'default: auto',
  },
  'cpu-model': {
    placeholder: 'NAME',
    description: 'qemu: CPU model of guests',
    note: 'default: host',
  },
  'migration-address': {
    placeholder: 'HOST',
    description: 'qemu: own address for live migration',
    note: 'default: none',
  },
  'guest-network': {
    placeholder: 'isolated|host',
    description: "qemu: guests reach their network only, or the host's too",
    note: 'default: isolated',
  },
  networks: {
    placeholder: 'auto|user',
    description: 'qemu: bridges where possible, or user mode',
    note: 'default: auto',
  },
  'tunnel-address': {
    placeholder: 'IP',
    description: 'qemu: own address for networks between nodes (VXLAN)',
    note: 'default: none',
  },
  'image-hosts': {
    placeholder: 'HOSTS',
    description: 'qemu: hosts from which images are downloaded',
    note: 'default: none',
  },
  'image-server': {
    placeholder: 'URL',
    description: 'qemu: server from which uploaded images are downloaded',
    note: 'default: none',
  },
  'vm-user': {
    placeholder: 'NAME',
    description: 'qemu: user that QEMU runs as',
    note: 'default: novacron-vm where it exists',
  },
  'host-reserve': {
    placeholder: 'LIST',
    description: 'qemu: cores and GB that the host keeps',
    note: 'default: cpu=0,memory=2,disk=10',
  },
  watchdog: {
    placeholder: 'FILE',
    description: 'qemu: watchdog, such as /dev/watchdog, to guard VMs',
    note: 'default: none',
  },
  'isolation-lease': {
    placeholder: 'DURATION',
    description: 'How long guarded VMs run on without a server',
    note: 'default: 1m',
  },
  bus: {
    placeholder: 'nats://…',
    description: 'NATS servers, separated by commas; tls:// enables TLS',
    otherVariables: ['NOVACRON_BUS', 'NATS_URL'],
  },
  'bus-ca': {
    placeholder: 'FILE',
    description: 'Certificate authority of the NATS servers, PEM; enables TLS',
  },
  'bus-cert': {
    placeholder: 'FILE',
    description: 'Client certificate for NATS, PEM; requires --bus-key',
  },
  'bus-key': { placeholder: 'FILE', description: 'Private key of that certificate, PEM' },
  'tls-min-version': {
    placeholder: '1.3|1.2',
    description: 'Minimum TLS version',
    note: 'default: 1.3',
  },
  'insecure-links': { description: 'Allow NATS on another machine without TLS' },
  enroll: {
    placeholder: 'TOKEN',
    description: 'Enrollment token to exchange for a certificate; requires --server',
  },
  server: {
    placeholder: 'URL',
    description: 'URL of the server for the enrollment: https://HOST:PORT',
  },
  'server-ca': {
    placeholder: 'FILE',
    description: 'Certificate authority of that server, PEM',
    note: 'default: those that Node.js trusts',
  },
  'data-dir': {
    placeholder: 'DIR',
    description: 'Directory of journal and certificate',
    note: 'default: ~/.local/share/novacron/agent',
  },
  'forget-control-plane': {
    description: 'Forget which control plane the node follows, and follow the first one heard',
  },
  'planned-stop': {
    placeholder: 'DURATION',
    description: 'How long servers wait for a stopped agent to return',
    note: 'default: 2m',
  },
  'metrics-interval': {
    placeholder: 'DURATION',
    description: 'Interval of usage measurements',
    note: 'default: 30s',
    otherVariables: ['NOVACRON_METRICS_INTERVAL', 'METRICS_INTERVAL'],
  },
  'otlp-endpoint': {
    placeholder: 'URL',
    description: 'OpenTelemetry collector for spans, over OTLP/HTTP',
    otherVariables: ['NOVACRON_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
  },
  'otlp-headers': {
    placeholder: 'N=V,…',
    description: 'Headers for the collector, such as its API key; prefer the variable',
    otherVariables: ['NOVACRON_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_HEADERS'],
  },
  'log-level': {
    placeholder: 'LEVEL',
    description: `Log level: ${LOG_LEVELS.join(', ')}`,
    note: 'default: info',
    otherVariables: ['NOVACRON_LOG_LEVEL', 'LOG_LEVEL'],
  },
} as const satisfies Readonly<Record<string, FlagRow>>;

/** Names a flag. */
export type AgentFlagName = keyof typeof AGENT_FLAGS;

/** The rows in their order, with their names. */
export function agentFlagRows(): readonly {
  readonly name: AgentFlagName;
  readonly row: FlagRow;
}[] {
  return keysOf(AGENT_FLAGS).map((name) => ({ name, row: AGENT_FLAGS[name] }));
}

/** The flags of a command. */
export interface FlagTable {
  readonly rows: Readonly<Record<string, FlagRow>>;
  /** Prefix of the variables of its flags. */
  readonly prefix: string;
}

/** The flags of `novacron agent`. */
export const AGENT_FLAG_TABLE: FlagTable = { rows: AGENT_FLAGS, prefix: 'NOVACRON_AGENT_' };

/** The variables of a flag of an agent, the one first asked first. */
export function variablesOf(name: AgentFlagName): readonly string[] {
  return variablesIn(AGENT_FLAG_TABLE, name);
}

/** The variables of a flag of any table. As {@link variablesOf}. */
export function variablesIn({ rows, prefix }: FlagTable, name: string): readonly string[] {
  const own = `${prefix}${name.toUpperCase().replaceAll('-', '_')}`;
  return [own, ...(rows[name]?.otherVariables ?? [])];
}

/** The data directory when nothing is said: XDG Base Directory Specification. */
export function defaultDataDir(env: Environment): string {
  const base = env.XDG_DATA_HOME;
  const home = base === undefined || base === '' ? join(homedir(), '.local/share') : base;
  return join(home, 'novacron', 'agent');
}
