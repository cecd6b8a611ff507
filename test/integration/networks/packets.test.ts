/**
 * Sends packets for every row that the engine answers: namespaces stand for guests on two hosts,
 * and the networks are those that the agents' driver makes.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { MachineIoLimits } from '@novacron/contract/agent/machine';
import type { MachineRule } from '@novacron/contract/agent/machine-network';
import type { SecurityGroupId, VmId } from '@novacron/contract/ids';
import type {
  FirewallRule,
  SecurityGroupRule,
} from '@novacron/contract/kinds/security-group/firewall';
import type {
  GuardedVm,
  GuardGroup,
  Probe,
} from '@novacron/engine/placement/network/model/network';
import { planReachability } from '@novacron/engine/placement/network/plan-reachability';
import { ownRules } from '@novacron/engine/placement/network/rules/own-rules';
import { systemTimers } from '@novacron/runtime/timers';
import { runHostProgram } from '../../../server/agent/src/drivers/qemu/files/run-host-program.ts';
import { childLauncher } from '../../../server/agent/src/drivers/qemu/launch/launcher.ts';
import { tapOf } from '../../../server/agent/src/drivers/qemu/network/network-names.ts';
import {
  type HostNetworks,
  openHostNetworks,
} from '../../../server/agent/src/drivers/qemu/network/open-host-networks.ts';
import type { NetworkedMachine } from '../../../server/agent/src/drivers/qemu/network/plan-networks.ts';
import { makeNetworkLab, type NamespaceGuest, type NetworkLab } from './test-kit/network-lab.ts';

/** Programs start in namespaces, on a machine that may be busy. */
jest.setTimeout(60_000);

/** Time limit of an allowed packet, and waiting time for a denied packet. Unit: ms. */
const ALLOWED_MS = 10_000;
const DENIED_MS = 600;

const OUTSIDE = '198.51.100.2';
const NETWORKS = {
  net_a: { id: 'net_a', cidr: '10.77.0.0/24' },
  net_b: { id: 'net_b', cidr: '10.77.1.0/24' },
  net_6: { id: 'net_6', cidr: 'fd77::/64' },
} as const;

const ruleOf = (overrides: Partial<MachineRule>) => ({
  direction: 'ingress',
  action: 'allow',
  protocol: 'any',
  ports: null,
  cidr: null,
  group_id: null,
  description: null,
  ...overrides,
});
function groupOf(name: string, ...rules: readonly Partial<MachineRule>[]): GuardGroup {
  // Ids only have to differ here.
  return {
    id: `sg_${name}` as SecurityGroupId,
    name,
    rules: rules.map(ruleOf) as SecurityGroupRule[],
  };
}

const WEB = groupOf('web', { protocol: 'tcp', ports: '443', cidr: '0.0.0.0/0' });
const DB = groupOf('db', { protocol: 'tcp', ports: '20-30', group_id: 'sg_web' });
const CLUSTER = groupOf('cluster', { group_id: 'self' });
const CLOSED = groupOf('closed');
const WEB_6 = groupOf('web6', { protocol: 'tcp', ports: '443', cidr: '::/0' });
const DB_6 = groupOf(
  'db6',
  { protocol: 'udp', group_id: 'sg_web6' },
  { protocol: 'icmp', cidr: 'fd77::a/128' },
);

interface Guest {
  readonly name: string;
  readonly node: 'node-01' | 'node-02';
  readonly number: number;
  readonly network?: keyof typeof NETWORKS;
  readonly groups?: readonly GuardGroup[];
  readonly rules?: readonly Partial<MachineRule>[];
}

const GUESTS: readonly Guest[] = [
  { name: 'open', node: 'node-01', number: 2 },
  { name: 'web', node: 'node-01', number: 3, groups: [WEB] },
  { name: 'db', node: 'node-02', number: 4, groups: [DB, CLUSTER] },
  { name: 'peer', node: 'node-01', number: 5, groups: [CLUSTER] },
  { name: 'closed', node: 'node-02', number: 6, groups: [CLOSED] },
  {
    name: 'picky',
    node: 'node-02',
    number: 7,
    rules: [
      { direction: 'egress', protocol: 'tcp', ports: '443', cidr: '10.77.0.0/24' },
      { direction: 'egress', action: 'deny', cidr: '10.77.0.3/32' },
      { protocol: 'udp', cidr: '10.77.0.0/16' },
      { protocol: 'icmp', cidr: '0.0.0.0/0' },
      { action: 'deny', protocol: 'icmp', cidr: '10.77.0.2/32' },
    ],
  },
  { name: 'other', node: 'node-01', number: 8, network: 'net_b' },
  { name: 'open6', node: 'node-01', number: 10, network: 'net_6' },
  { name: 'web6', node: 'node-01', number: 11, network: 'net_6', groups: [WEB_6] },
  { name: 'db6', node: 'node-02', number: 12, network: 'net_6', groups: [DB_6] },
  {
    name: 'picky6',
    node: 'node-02',
    number: 13,
    network: 'net_6',
    rules: [
      { direction: 'egress', protocol: 'tcp', ports: '22-443', cidr: 'fd77::/64' },
      { direction: 'egress', action: 'deny', cidr: 'fd77::b/128' },
      { protocol: 'tcp', cidr: '::/0' },
      { action: 'deny', protocol: 'tcp', ports: '22', cidr: 'fd77::a/128' },
    ],
  },
];

const PACKETS = [
  ['tcp', 22],
  ['tcp', 443],
  ['udp', 443],
  ['icmp', null],
] as const;

let lab: NetworkLab;
let outside: NamespaceGuest;
const guests = new Map<string, NamespaceGuest>();
const hosts = new Map<
  Guest['node'],
  { readonly namespace: string; readonly networks: HostNetworks }
>();
/** The firewalls that are in force; tests change them. */
let rulesNow: ReadonlyMap<string, readonly Partial<MachineRule>[]> = new Map();

/** The limits that are in force; tests set them. */
let limitsNow: ReadonlyMap<string, MachineIoLimits> = new Map();

function guarded({ name, number, network = 'net_a', groups = [], rules = [] }: Guest): GuardedVm {
  const own = (rulesNow.get(name) ?? rules).map(ruleOf) as FirewallRule[];
  const id = `vm_${number}` as VmId;
  const block = `${addressOf({ number, network })}/${isIpv6({ network }) ? 128 : 32}`;
  return { id, name, networks: [{ ...NETWORKS[network], block }], groups, rules: own };
}

function isIpv6({ network }: Pick<Guest, 'network'>): boolean {
  return network === 'net_6';
}

function addressOf({ number, network = 'net_a' }: Pick<Guest, 'number' | 'network'>): string {
  const { cidr } = NETWORKS[network];
  return cidr.replace('0/24', String(number)).replace('/64', number.toString(16));
}

const macOf = ({ number }: Guest): string => `52:54:00:77:00:0${number.toString(16)}`;

function machineOf(guest: Guest): Omit<NetworkedMachine, 'hasArrived'> {
  const vm = guarded(guest);
  const rules = ownRules(vm).map(({ rule }) => ({ ...rule, action: rule.action ?? 'allow' }));
  const group_ids = vm.groups.map(({ id }) => id);
  const [{ id = '', cidr = '' } = {}] = vm.networks;
  const network = { network_id: id, cidr };
  return {
    vm_id: vm.id,
    mac: macOf(guest),
    isConnected: true,
    spec: {
      name: vm.name,
      network: { ...network, ip_address: addressOf(guest) },
      firewall: { group_ids, rules },
      io_limits: limitsNow.get(guest.name),
    },
  };
}

function membersOf(networkId: keyof typeof NETWORKS) {
  return GUESTS.filter(({ network = 'net_a' }) => network === networkId).map((guest) => ({
    vm_id: `vm_${guest.number}`,
    name: guest.name,
    ip_address: addressOf(guest),
    group_ids: guarded(guest).groups.map(({ id }) => id),
  }));
}

beforeAll(async () => {
  lab = makeNetworkLab();
  const [first, second] = [lab.addNamespace(), lab.addNamespace()];
  lab.addLink([first, 'under0'], [second, 'under0']);
  lab.ip(first, 'address', 'add', '192.0.2.1/24', 'dev', 'under0');
  lab.ip(second, 'address', 'add', '192.0.2.2/24', 'dev', 'under0');
  const tunnels = { 'node-01': '192.0.2.1', 'node-02': '192.0.2.2' } as const;
  for (const [node, namespace] of [
    ['node-01', first],
    ['node-02', second],
  ] as const) {
    const here = GUESTS.filter((guest) => guest.node === node);
    const networks = openHostNetworks({
      node,
      tunnel: { address: tunnels[node], mtu: 1_450 },
      egress: 'nat',
      programs: lab.programsIn(namespace),
      directory: join(lab.directory, node),
      timers: systemTimers,
      launcher: childLauncher,
      endProcess: async (pid) => void process.kill(pid, 'SIGKILL'),
      machines: () => here.map(machineOf),
    });
    hosts.set(node, { namespace, networks });
    // Before the agent makes taps: the ends of guests have their names.
    for (const guest of here) {
      const { number, network = 'net_a' } = guest;
      const gateway = addressOf({ number: 1, network });
      const address = `${addressOf(guest)}/${isIpv6(guest) ? 64 : 24}`;
      const link = tapOf(node, `vm_${number}`);
      const place = { host: namespace, link, mac: macOf(guest), address, gateway };
      guests.set(guest.name, await lab.addGuest(place));
    }
    const others = Object.values(tunnels).filter((address) => address !== tunnels[node]);
    const mapped = (['net_a', 'net_6'] as const).map((network_id) => ({
      network_id,
      dns_servers: [],
      peers: others,
      members: membersOf(network_id),
    }));
    await networks.takeMap({ version: '1', tunnels: others, networks: mapped });
  }
  // A machine outside, to which the first host is a router.
  const place = { host: first, link: 'up0', mac: '52:54:00:77:00:99', gateway: '198.51.100.1' };
  outside = await lab.addGuest({ ...place, address: `${OUTSIDE}/24` });
  lab.ip(first, 'address', 'add', '198.51.100.1/24', 'dev', 'up0');
});
afterEach(() => {
  rulesNow = new Map();
  limitsNow = new Map();
});
afterAll(() => lab.remove());

const sync = () => Promise.all([...hosts.values()].map(({ networks }) => networks.sync()));

const guestOf = (name: string): NamespaceGuest => {
  const guest = guests.get(name);
  if (guest === undefined) throw new Error(`there is no guest ${name}`);
  return guest;
};

/** Every probe between guests, and from outside to the guests of the host that routes. */
function listProbes(): {
  readonly probe: Probe;
  readonly from: NamespaceGuest;
  readonly text: string;
}[] {
  return GUESTS.flatMap((to) =>
    PACKETS.flatMap(([protocol, port]) => {
      const packet = `${protocol} ${port ?? ''}`.trim();
      const about = { to: guarded(to), protocol, port };
      const others = GUESTS.filter((from) => from !== to && isIpv6(from) === isIpv6(to));
      const between = others.map((from) => ({
        probe: { ...about, from: { kind: 'vm' as const, vm: guarded(from) } },
        from: guestOf(from.name),
        text: `${packet} from ${from.name} to ${to.name}`,
      }));
      const inward = { ...about, from: { kind: 'cidr' as const, cidr: `${OUTSIDE}/32` } };
      const text = `${packet} from outside to ${to.name}`;
      const isRouted = to.node === 'node-01' && !isIpv6(to);
      return isRouted ? [...between, { probe: inward, from: outside, text }] : between;
    }),
  );
}

const blockOf = ({ networks: [network] }: GuardedVm): string => network?.block ?? '';

async function tryProbe({ probe, from }: ReturnType<typeof listProbes>[number]): Promise<boolean> {
  const { protocol, port, to } = probe;
  const [address = ''] = blockOf(to).split('/');
  const timeoutMs = planReachability(probe).allowed ? ALLOWED_MS : DENIED_MS;
  return from.reaches({ protocol, address, port, timeoutMs });
}

const attempt = (to: string, protocol: 'tcp' | 'udp' | 'icmp', timeoutMs: number) => {
  const guest = GUESTS.find(({ name }) => name === to);
  const address = guest === undefined ? OUTSIDE : addressOf(guest);
  return { protocol, port: protocol === 'icmp' ? null : 443, address, timeoutMs };
};

/** A Mbit; what a second carries is let through at once, with what else passes (ARP). */
const LIMIT_BYTES_PER_SECOND = 125_000;
const BURST_BYTES = LIMIT_BYTES_PER_SECOND + 10_000;
const FLOOD_BYTES = 2_800_000;
const PACKET_BYTES = 1_400;

/** The guest `open` sends as fast as it can; what the guest `peer` has received of it. */
async function flood(): Promise<{ readonly received: number; readonly seconds: number }> {
  const counted = (): number => {
    const { namespace } = guestOf('peer');
    const said = lab.runIn(namespace, 'ip', '-j', '-s', 'link', 'show', 'eth0');
    return JSON.parse(said)[0].stats64.rx.bytes;
  };
  const before = counted();
  const begun = performance.now();
  const count = FLOOD_BYTES / PACKET_BYTES;
  const send = `dd if=/dev/zero bs=${PACKET_BYTES} count=${count} >/dev/udp/10.77.0.5/443`;
  lab.runIn(guestOf('open').namespace, 'bash', '-c', send);
  const received = counted() - before;
  return { received, seconds: (performance.now() - begun) / 1_000 };
}

describe('packets', () => {
  test('get through exactly where the engine says so', async () => {
    const probes = listProbes();
    const lines = await Promise.all(
      probes.map(async (each) => `${each.text}: ${(await tryProbe(each)) ? 'yes' : 'no'}`),
    );
    const expected = probes.map(
      ({ text, probe }) => `${text}: ${planReachability(probe).allowed ? 'yes' : 'no'}`,
    );
    expect(lines).toEqual(expected);
    // Both answers occur, or the rows prove nothing.
    for (const family of [false, true]) {
      const ofFamily = probes.filter(({ probe }) => blockOf(probe.to).includes(':') === family);
      const answers = ofFamily.map(({ probe }) => planReachability(probe).allowed);
      expect(new Set(answers)).toEqual(new Set([true, false]));
    }
  });

  test('reach the outside with the address of the host', async () => {
    expect(await guestOf('open').reaches(attempt('outside', 'tcp', ALLOWED_MS))).toBe(true);
  });

  test('follow a changed firewall at once', async () => {
    const tcp = (timeoutMs: number) => guestOf('open').reaches(attempt('peer', 'tcp', timeoutMs));
    rulesNow = new Map([['peer', [{ protocol: 'tcp', cidr: '10.77.0.2/32' }]]]);
    await sync();
    expect(await tcp(ALLOWED_MS)).toBe(true);
    rulesNow = new Map();
    await sync();
    expect(await tcp(DENIED_MS)).toBe(false);
  });

  test('beyond the limit of a guest are dropped, in each direction', async () => {
    rulesNow = new Map([['peer', [{ protocol: 'udp', cidr: '10.77.0.2/32' }]]]);
    const limits: readonly (readonly [string, MachineIoLimits])[] = [
      ['open', { network_out_mbps: 1 }],
      ['peer', { network_in_mbps: 1 }],
    ];
    for (const [name, limit] of limits) {
      limitsNow = new Map([[name, limit]]);
      await sync();
      const { received, seconds } = await flood();
      expect(received).toBeGreaterThan(0);
      expect(received).toBeLessThan(BURST_BYTES + LIMIT_BYTES_PER_SECOND * seconds);
    }
    limitsNow = new Map();
    await sync();
    expect((await flood()).received).toBeGreaterThanOrEqual(FLOOD_BYTES);
  });

  test('with the address of another guest go nowhere', async () => {
    const { namespace } = guestOf('open');
    lab.ip(namespace, 'address', 'add', '10.77.0.99/24', 'dev', 'eth0');
    const ping = (from: string) =>
      runHostProgram(
        lab.programIn(namespace, 'ping'),
        `-n -q -i 0.2 -c 1 -w 1 -I ${from} 10.77.0.5`.split(' '),
      ).then(
        () => 'reached',
        () => 'lost',
      );
    rulesNow = new Map([['peer', [{ protocol: 'icmp', cidr: '0.0.0.0/0' }]]]);
    await sync();
    expect(await ping('10.77.0.2')).toBe('reached');
    expect(await ping('10.77.0.99')).toBe('lost');
    lab.ip(namespace, 'address', 'delete', '10.77.0.99/24', 'dev', 'eth0');
  });
});

test('names of the network are answered on each host, and everything is repaired', async () => {
  const host = hosts.get('node-02');
  if (host === undefined) throw new Error('there is no host');
  const { namespace, networks } = host;
  const running = lab.processes().filter(isDnsmasq);
  for (const pid of running) process.kill(pid, 'SIGKILL');
  await runHostProgram(lab.programIn(namespace, 'nft'), ['flush', 'ruleset']);
  await networks.repair();
  await hosts.get('node-01')?.networks.repair();
  expect(lab.processes().filter(isDnsmasq)).toHaveLength(running.length);
  expect(await guestOf('open').reaches(attempt('closed', 'icmp', DENIED_MS))).toBe(false);
  expect(await guestOf('open').resolves('closed.novacron.internal', '10.77.0.1')).toEqual([
    '10.77.0.6',
  ]);
});

function isDnsmasq(pid: number): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--conf-file=');
}
