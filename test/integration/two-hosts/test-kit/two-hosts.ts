/**
 * Two hosts with QEMU, as they are in a data centre: network namespaces with an agent each, joined
 * by a switch to which this machine is connected too, where NATS, the server and Terraform run.
 * The hosts share no storage, unless a suite asks for it.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VmId } from '@novacron/contract/ids';
import {
  addGuestTemplates,
  listQemuOf,
} from '../../../../server/agent/src/drivers/qemu/test-kit/qemu-bench.ts';
import {
  type AgentProcess,
  launchAgent,
} from '../../../../server/agent/src/test-kit/launch-agent.ts';
import { listChildren } from '../../../support/services/kill-children.ts';
import { type NatsServer, startNats } from '../../../support/services/start-nats.ts';
import { waitUntil } from '../../../support/src/wait-until.ts';
import { makeNetworkLab, type NetworkLab } from '../../networks/test-kit/network-lab.ts';
import { clientOf } from '../../test-kit/live-client.ts';
import { type ServerProcess, startServerProcess } from '../../test-kit/start-server-process.ts';
import type { Call } from '../../test-kit/world.ts';

/** Names of the hosts' nodes. */
export const NODES = ['node-01', 'node-02'] as const;

/** Names one of them. */
export type NodeName = (typeof NODES)[number];

/** A host. */
export interface Host {
  readonly node: NodeName;
  readonly runDir: string;
  readonly storageDir: string;
  /** Kills its agent, which gets no chance to tidy up. */
  readonly killAgent: () => Promise<void>;
  /** Stops its agent and its heartbeats for good, as where the host hangs: its VMs run on. */
  readonly hangAgent: () => void;
  /** Starts its agent, and waits until it answers on the bus. */
  readonly startAgent: () => Promise<void>;
  /** Ends its agent, its heartbeats and all VMs at once, as without power. */
  readonly die: () => Promise<void>;
  /** Takes its network away, and brings it back; the storage is reached all the same. */
  readonly setNetwork: (state: 'up' | 'down') => void;
  /** Log of the agent. */
  readonly log: () => string;
  /** The process of a VM. */
  readonly machineOf: (id: VmId) => number;
  /** The names of VMs' processes and other programs that its agents have started. */
  readonly programs: () => readonly string[];
  /**
   * Everything on the host besides its agent, one line each: programs, links, tables of the packet
   * filter, disks and records.
   */
  readonly traces: () => readonly string[];
}

/** The hosts with what controls them. */
export interface TwoHosts {
  readonly hosts: Readonly<Record<NodeName, Host>>;
  readonly url: string;
  readonly adminKey: string;
  readonly call: Call;
  /** Ends all that was started and removes all that was made. */
  readonly remove: () => Promise<void>;
}

/**
 * Starts everything, and waits until both nodes are ready.
 * @param storage - `shared`: the hosts have one storage directory
 * @param serverFlags - more of them
 */
export async function startTwoHosts(
  storage: 'local' | 'shared' = 'local',
  serverFlags: readonly string[] = [],
): Promise<TwoHosts> {
  const lab = makeNetworkLab();
  // Short: names of sockets in it are limited to 107 bytes.
  const directory = mkdtempSync(join(tmpdir(), 'nh-'));
  const closers: (() => Promise<unknown> | unknown)[] = [
    () => rmSync(directory, { recursive: true, force: true }),
    () => lab.remove(),
  ];
  const remove = async (): Promise<void> => {
    for (const close of closers.toReversed()) await close();
  };
  try {
    const underlay = joinHosts(lab);
    const nats = await startNats({ address: underlay.own });
    closers.push(() => nats.remove());
    const server = await startServer(directory, nats, serverFlags);
    closers.push(() => server.stop());
    const dataDir = serverDirIn(directory);
    const call = clientOf(server.url, dataDir);
    const adminKey = readFileSync(join(dataDir, 'admin.key'), 'utf8').trim();
    const parts = { lab, directory, nats, storage };
    const hosts = {
      'node-01': makeHost(parts, { node: 'node-01', ...underlay['node-01'] }),
      'node-02': makeHost(parts, { node: 'node-02', ...underlay['node-02'] }),
    };
    for (const host of Object.values(hosts)) {
      // An agent that is killed leaves its machines.
      closers.push(() => host.die());
      await host.startAgent();
    }
    await waitUntil('both nodes to be ready', async () => {
      const listed = await call('node.list', {});
      const ready = listed.ok ? listed.value.items.filter(({ status }) => status === 'ready') : [];
      return ready.length === NODES.length ? ready : undefined;
    });
    return { hosts, url: server.url, adminKey, call, remove };
  } catch (cause) {
    await remove();
    throw cause;
  }
}

interface HostPlace {
  readonly namespace: string;
  readonly address: string;
}

/** Runs of this suite at the same time have networks of their own: RFC 2544 reserves the block. */
const SUBNETS = 250;

/** Makes a namespace for each host, and the network that they and this machine share. */
function joinHosts(lab: NetworkLab): Record<NodeName, HostPlace> & { readonly own: string } {
  const prefix = `198.18.${process.pid % SUBNETS}`;
  const between = lab.addNamespace();
  lab.ip(between, 'link', 'add', 'name', 'switch0', 'type', 'bridge');
  lab.ip(between, 'link', 'set', 'dev', 'switch0', 'up');
  const join = (port: string): void => {
    lab.ip(between, 'link', 'set', 'dev', port, 'master', 'switch0');
  };
  const place = (number: number): HostPlace => {
    const namespace = lab.addNamespace();
    const address = `${prefix}.${number}`;
    lab.addLink([between, `port${number}`], [namespace, 'under0']);
    join(`port${number}`);
    lab.ip(namespace, 'address', 'add', `${address}/24`, 'dev', 'under0');
    return { namespace, address };
  };
  const places = { 'node-01': place(1), 'node-02': place(2) };
  const own = `${prefix}.254`;
  lab.addOwnLink([between, 'port254'], `${own}/24`);
  join('port254');
  return { ...places, own };
}

const serverDirIn = (directory: string): string => join(directory, 'server');

function startServer(
  directory: string,
  nats: NatsServer,
  flags: readonly string[],
): Promise<ServerProcess> {
  const all = ['--bus', nats.url, '--insecure-links', ...flags];
  return startServerProcess(serverDirIn(directory), all);
}

interface HostParts {
  readonly lab: NetworkLab;
  readonly directory: string;
  readonly nats: NatsServer;
  readonly storage: 'local' | 'shared';
}

/** Those of every host, with room for a few guests of 128 MiB. */
const HOST_SETTINGS = {
  zone: 'zone-a',
  'cpu-cores': '8',
  'memory-gb': '1',
  'disk-gb': '100',
  driver: 'qemu',
  accel: 'tcg',
};

function makeHost(
  { lab, directory, nats, storage }: HostParts,
  { node, namespace, address }: HostPlace & { readonly node: NodeName },
): Host {
  const own = join(directory, node);
  const [runDir, dataDir] = [join(own, 'run'), join(own, 'data')];
  const storageDir = join(storage === 'shared' ? directory : own, 'disks');
  if (!existsSync(storageDir)) addGuestTemplates(storageDir);
  const settings = {
    ...HOST_SETTINGS,
    node,
    rack: node.replace('node', 'rack'),
    bus: nats.url,
    'data-dir': dataDir,
    'run-dir': runDir,
    'storage-dir': storageDir,
    storage,
    'migration-address': address,
    'tunnel-address': address,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  flags.push('--insecure-links');
  const agents: AgentProcess[] = [];
  const programs = (): readonly string[] => listPrograms(own);
  /** The agent, and what it has started. */
  const agentProcesses = (): readonly number[] => {
    const pid = isAlive(agents.at(-1)) ? agents.at(-1)?.child.pid : undefined;
    return pid === undefined ? [] : [pid, ...listChildren(pid)];
  };
  const killAgent = async (): Promise<void> => {
    const agent = agents.at(-1);
    if (isAlive(agent)) await agent?.end('SIGKILL');
  };
  return {
    node,
    runDir,
    storageDir,
    startAgent: async () => {
      const agent = launchAgent(flags, { within: lab.wordsOf(namespace) });
      agents.push(agent);
      await agent.ready();
    },
    killAgent,
    setNetwork: (state) => {
      lab.ip(namespace, 'link', 'set', 'dev', 'under0', state);
    },
    hangAgent: () => {
      const isOwn = (pid: number) => !commandLineOf(pid).some((word) => word.includes('vm_'));
      for (const pid of agentProcesses().filter(isOwn)) process.kill(pid, 'SIGSTOP');
    },
    die: async () => {
      // The process of heartbeats would outlive its agent.
      const [, ...children] = agentProcesses();
      await killAgent();
      for (const child of children) killIfThere(child);
      endPrograms(own);
      await waitUntil('the programs of the host to end', () =>
        programs().length === 0 ? true : undefined,
      );
    },
    machineOf: (id) => {
      const found = listQemuOf(own).find((pid) => isMachine(commandLineOf(pid), id));
      if (found === undefined) throw new Error(`${id} does not run on ${node}`);
      return found;
    },
    log: () => agents.map(({ said }) => said.stderr).join(''),
    programs,
    traces: () => [
      ...programs(),
      ...linksIn(lab, namespace).map((name) => `link ${name}`),
      ...tablesIn(lab, namespace),
      ...filesIn(join(storageDir, 'disks')),
      ...filesIn(join(storageDir, 'volumes')),
      ...filesIn(runDir).filter((name) => name.includes('vm_') || name.endsWith('.conf')),
    ],
  };
}

function isAlive(agent: AgentProcess | undefined): boolean {
  return agent?.child.exitCode === null && agent.child.signalCode === null;
}

/** Programs whose command line names a directory, without agents. */
function listPrograms(directory: string): readonly string[] {
  return listQemuOf(directory)
    .map((pid) => commandLineOf(pid))
    .filter((words) => words.length > 0 && !words.includes('agent') && !words.some(isHeartbeat))
    .map(([program = '', ...words]) => {
      const about = words.join(' ');
      return [program.split('/').at(-1), /vm_\w+/.exec(about)?.[0]].join(' ').trim();
    })
    .toSorted();
}

function isMachine([program = '', ...words]: readonly string[], id: VmId): boolean {
  return program.includes('qemu-system') && words.some((word) => word.includes(id));
}

/** The heartbeats of a host are no program of a VM: they go on without any. */
function isHeartbeat(word: string): boolean {
  return word.endsWith('/heartbeat-process.js');
}

function commandLineOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
  } catch {
    // It has ended.
    return [];
  }
}

/** Links that an agent has made. */
function linksIn(lab: NetworkLab, namespace: string): readonly string[] {
  const links: unknown = JSON.parse(lab.ip(namespace, '-j', 'link', 'show'));
  const names = Array.isArray(links) ? links.map(({ ifname }) => String(ifname)) : [];
  return names.filter((name) => name !== 'lo' && name !== 'under0').toSorted();
}

function tablesIn(lab: NetworkLab, namespace: string): readonly string[] {
  return lab.runIn(namespace, 'nft', 'list', 'tables').split('\n').filter(Boolean);
}

/** Paths of files in a directory. */
function filesIn(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).toSorted();
}

/** Machines are ended by what their files say. */
function endPrograms(directory: string): void {
  for (const pid of listQemuOf(directory)) killIfThere(pid);
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
