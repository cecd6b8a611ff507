/**
 * The networks of a node on its host: makes links, rules and name servers those that the plan says.
 * What exists is found by its name and owner, so every call may be repeated, also after a crash.
 */
import { join } from 'node:path';
import { NetworkMap } from '@novacron/contract/agent/network-map';
import type { Timers } from '@novacron/runtime/timers';
import { runHostProgram } from '../files/run-host-program.ts';
import { readStored, writeStored } from '../files/stored-json.ts';
import { finalTrouble } from '../files/trouble.ts';
import type { Launcher } from '../launch/launcher.ts';
import { buildDnsmasqConfig, hasDhcp } from './build-dnsmasq-config.ts';
import { buildRuleset } from './build-ruleset.ts';
import { countTraffic, type Traffic } from './count-traffic.ts';
import { syncDnsmasq } from './dnsmasq-processes.ts';
import { explainHostClash, type HostUse } from './explain-host-clash.ts';
import { tapOf } from './network-names.ts';
import type { NetworkPrograms } from './network-programs.ts';
import { observeLinks } from './observe-links.ts';
import { observeRouting } from './observe-routing.ts';
import { type HostCommand, planLinks } from './plan-links.ts';
import {
  explainClash,
  type NetworkedMachine,
  type NetworksRequest,
  type NodeNetworks,
  planNetworks,
} from './plan-networks.ts';
import { planRoutes } from './plan-routes.ts';

/** Options of a node's networks. */
export interface HostNetworkOptions
  extends Pick<NetworksRequest, 'node' | 'tunnel' | 'egress' | 'tapUser'> {
  readonly programs: NetworkPrograms;
  /** Directory for the map and for configuration files. */
  readonly directory: string;
  readonly timers: Timers;
  readonly launcher: Launcher;
  /** Addresses that the host reaches for its own work; those of maps besides. None when absent. */
  readonly findNeeds?: () => Promise<readonly string[]>;
  /** Ends a process and waits for its end. */
  readonly endProcess: (pid: number) => Promise<void>;
  /** The machines of the node at this moment; those that are about to be connected included. */
  readonly machines: () => readonly Omit<NetworkedMachine, 'hasArrived'>[];
}

/** The networks of a node. */
export interface HostNetworks {
  /** Address at which other nodes send packets of networks; undefined without one. */
  readonly tunnelAddress: string | undefined;
  /** Name of an interface of a machine on the host: the first one, or that in a further network. */
  readonly tapOf: (vmId: string, networkId?: string) => string;
  /** Counts the traffic of machines' interfaces, by their names on the host. */
  readonly countTraffic: () => Promise<ReadonlyMap<string, Traffic>>;
  /** Makes the host what the machines need; rejects with a trouble where it cannot. */
  readonly sync: () => Promise<void>;
  /** The same for a machine that is to be connected; `final` where its network cannot be here. */
  readonly connect: (networkId: string) => Promise<void>;
  /** Lets the flows of a machine go on that has come from another node. */
  readonly receive: (vmId: string) => Promise<void>;
  /** Looks at the host again, where others may have changed it. */
  readonly repair: () => Promise<void>;
  /** Takes a map of the server; it is stored and applied. */
  readonly takeMap: (map: NetworkMap) => Promise<void>;
  /** Waits for what is being done, and does nothing more by itself. */
  readonly close: () => Promise<void>;
  /** Version of the map that is stored; undefined without one. */
  readonly mapVersion: () => string | undefined;
}

/**
 * Time for which packets in the middle of a connection are accepted for a machine that has arrived.
 * A sender repeats lost packets within this time. Unit: ms.
 */
const ARRIVAL_MS = 30_000;

/** Opens them; nothing is changed before the first call. */
export function openHostNetworks(options: HostNetworkOptions): HostNetworks {
  const { node, directory, timers } = options;
  const mapFile = join(directory, 'map.json');
  const arrived = new Set<string>();
  const waiting = new Set<() => void>();
  let map = readMap(mapFile);
  let applied: string | undefined;
  let queue = Promise.resolve();

  function plan(): NodeNetworks {
    const machines = options
      .machines()
      .map((machine) => ({ ...machine, hasArrived: arrived.has(machine.vm_id) }));
    return planNetworks({ ...options, map, machines });
  }

  /** One after another; each plans when its turn comes, so the last one applies the last state. */
  function apply(mode: 'changes' | 'everything'): Promise<void> {
    const turn = queue.then(async () => {
      const now = plan();
      const key = JSON.stringify(now, (_key, value) =>
        typeof value === 'bigint' ? String(value) : value,
      );
      if (mode === 'changes' && key === applied) return;
      applied = undefined;
      const fitting = await withoutClashes(now);
      await applyPlan(options, fitting);
      // What was left out is tried again.
      if (fitting.networks.length === now.networks.length) applied = key;
    });
    queue = turn.catch(() => undefined);
    return turn;
  }

  async function observeUse(): Promise<HostUse> {
    const { programs, findNeeds } = options;
    const [links, { routes }, found = []] = await Promise.all([
      observeLinks(programs),
      observeRouting(programs),
      findNeeds?.(),
    ]);
    return { links, routes, needs: [...found, ...(map?.tunnels ?? [])] };
  }

  /**
   * A network that clashes with the host is made by nothing, not by what another machine needs
   * either. One that is there stays: its machines run.
   */
  async function withoutClashes(now: NodeNetworks): Promise<NodeNetworks> {
    if (now.networks.length === 0) return now;
    const links = await observeLinks(options.programs);
    const there = new Set(links.map(({ name }) => name));
    if (now.networks.every(({ bridge }) => there.has(bridge))) return now;
    const use = await observeUse();
    const networks = now.networks.filter(
      ({ id, bridge }) => there.has(bridge) || explainHostClash(now, id, use) === undefined,
    );
    return networks.length === now.networks.length ? now : { ...now, networks };
  }

  return {
    tunnelAddress: options.tunnel?.address,
    tapOf: (vmId, networkId) => tapOf(node, vmId, networkId),
    countTraffic: () => countTraffic(options.programs),
    sync: () => apply('changes'),
    repair: () => apply('everything'),
    connect: async (networkId) => {
      const now = plan();
      const clash =
        explainClash(now, networkId) ?? explainHostClash(now, networkId, await observeUse());
      if (clash !== undefined) {
        throw finalTrouble(`${networkId} cannot be on this node: ${clash}.`);
      }
      await apply('changes');
    },
    receive: async (vmId) => {
      arrived.add(vmId);
      const cancel = timers.after(ARRIVAL_MS, () => {
        arrived.delete(vmId);
        waiting.delete(cancel);
        // Where it fails, the next repair does it.
        apply('changes').catch(() => undefined);
      });
      waiting.add(cancel);
      await apply('changes');
    },
    takeMap: async (next) => {
      writeStored(mapFile, next);
      map = next;
      await apply('changes');
    },
    close: () => {
      for (const cancel of waiting) cancel();
      return queue;
    },
    mapVersion: () => map?.version,
  };
}

/** A map that is damaged is as good as none: the server sends it again. */
function readMap(file: string): NetworkMap | undefined {
  try {
    return readStored(file, NetworkMap);
  } catch {
    return undefined;
  }
}

/** Rules first: no machine is connected without them. */
async function applyPlan(options: HostNetworkOptions, plan: NodeNetworks): Promise<void> {
  const { programs, directory, launcher, endProcess } = options;
  if (plan.networks.length > 0) await prepareKernel(programs.sysctl, plan);
  await runHostProgram(programs.nft, ['-f', '-'], buildRuleset(plan));
  const { commands, trouble } = planLinks(plan, await observeLinks(programs));
  if (trouble !== undefined) throw finalTrouble(trouble);
  await runCommands(programs, commands);
  await runCommands(programs, planRoutes(plan, await observeRouting(programs)));
  await relaxSourceChecks(programs.sysctl, plan);
  const configs = plan.networks
    .filter(hasDhcp)
    .map((network) => [network.tag, buildDnsmasqConfig(plan, network)] as const);
  const parts = { program: programs.dnsmasq, directory, launcher, endProcess };
  await syncDnsmasq(parts, new Map(configs));
}

/** Settings of the kernel, each of one network namespace. */
async function prepareKernel(sysctl: string, { egress }: NodeNetworks): Promise<void> {
  const settings = [
    'net.bridge.bridge-nf-call-iptables=1',
    'net.bridge.bridge-nf-call-ip6tables=1',
    ...(egress === 'nat' ? ['net.ipv4.ip_forward=1'] : []),
  ];
  await runHostProgram(sysctl, ['-q', '-w', ...settings]);
}

/**
 * The strict check of sources would drop what guests send to the outside, because the host itself
 * has no route to them. Rules of the bridge's ports check the sources instead.
 */
async function relaxSourceChecks(sysctl: string, { egress, networks }: NodeNetworks) {
  const bridges = networks
    .filter(({ block, gateway }) => block.family === 4 && gateway !== undefined)
    .map(({ bridge }) => bridge);
  if (egress === 'none' || bridges.length === 0) return;
  // The kernel takes the larger one of this value and that of the link: 2 is the loose check.
  const all = await runHostProgram(sysctl, ['-n', 'net.ipv4.conf.all.rp_filter']);
  const value = all.trim() === '0' ? 0 : 2;
  const settings = bridges.map((bridge) => `net.ipv4.conf.${bridge}.rp_filter=${value}`);
  await runHostProgram(sysctl, ['-q', '-w', ...settings]);
}

/** Consecutive commands of one program are one process. */
async function runCommands(
  programs: NetworkPrograms,
  commands: readonly HostCommand[],
): Promise<void> {
  const batches: { program: HostCommand[0]; lines: string[] }[] = [];
  for (const [program, ...args] of commands) {
    const last = batches.at(-1);
    if (last?.program === program) last.lines.push(args.join(' '));
    else batches.push({ program, lines: [args.join(' ')] });
  }
  for (const { program, lines } of batches) {
    const [file, options] = program === 'ip6' ? [programs.ip, ['-6']] : [programs[program], []];
    await runHostProgram(file, [...options, '-batch', '-'], `${lines.join('\n')}\n`);
  }
}
