/**
 * A tenant chooses the block of a network, also one with addresses that the host reaches over its
 * router. The host goes on reaching them, and what guests get of their host goes on working.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { systemTimers } from '@novacron/runtime/timers';
import { childLauncher } from '../../../server/agent/src/drivers/qemu/launch/launcher.ts';
import { linksOf, tapOf } from '../../../server/agent/src/drivers/qemu/network/network-names.ts';
import {
  type HostNetworks,
  openHostNetworks,
} from '../../../server/agent/src/drivers/qemu/network/open-host-networks.ts';
import { makeNetworkLab, type NamespaceGuest, type NetworkLab } from './test-kit/network-lab.ts';

/** Programs start in namespaces, on a machine that may be busy. */
jest.setTimeout(60_000);

const NODE = 'node-01';
/** The network of the tenant, and what is far behind the router of the host: the same addresses. */
const BLOCK = '10.88.0.0/24';
const GATEWAY = '10.88.0.1';
const TAKEN = '10.88.0.10';
const LAN = { host: '192.168.88.1', router: '192.168.88.254' } as const;
const MS = 10_000;
const DENIED_MS = 600;

let lab: NetworkLab;
let host: string;
let networks: HostNetworks;
/** Behind the router, with the address that a guest has too. */
let controlPlane: NamespaceGuest;
let guest: NamespaceGuest;
let hasMachine = true;
/** Networks with an address that the host uses; the gateway of the first one has it. */
const CLASHING = [
  { id: 'net_gateway', cidr: '10.89.0.52/30' },
  { id: 'net_needed', cidr: '10.89.0.0/24' },
  { id: 'net_lan', cidr: '192.168.88.0/24' },
  { id: 'net_route', cidr: '10.90.0.0/16' },
] as const;
const NEEDED = '10.89.0.53';
let clashing: readonly (typeof CLASHING)[number][] = [];

const MAC = '52:54:00:88:00:0a';
const FIREWALL = {
  group_ids: [],
  rules: [
    {
      direction: 'ingress' as const,
      action: 'allow' as const,
      protocol: 'any' as const,
      ports: null,
      cidr: '0.0.0.0/0',
      group_id: null,
      description: null,
    },
  ],
};

function machines() {
  const network = { network_id: 'net_h', cidr: BLOCK, ip_address: TAKEN };
  const spec = { name: 'cuckoo', network, firewall: FIREWALL };
  const own = { vm_id: 'vm_h', mac: MAC, isConnected: true, spec };
  const pending = clashing.map(({ id: network_id, cidr }) => ({
    vm_id: `vm_${network_id}`,
    mac: '52:54:00:88:00:0b',
    isConnected: true,
    spec: {
      name: network_id,
      network: { network_id, cidr, ip_address: NEEDED },
      firewall: FIREWALL,
    },
  }));
  return [...(hasMachine ? [own] : []), ...pending];
}

/** Returns the response of a port to the host, from a given or any source address. */
function connectFromHost(from: string | undefined): string {
  const script = `
    const socket = require('node:net').connect({
      host: '${TAKEN}', port: 443, timeout: ${MS}, ...${JSON.stringify({ localAddress: from })},
    });
    socket.once('connect', () => { console.log('connected'); socket.end(); socket.resume(); });
    socket.once('error', ({ code }) => console.log(code));
    socket.once('timeout', () => { console.log('silent'); socket.destroy(); });`;
  return lab.runIn(host, process.execPath, '-e', script).trim();
}

/** Asks with DHCP (RFC 2131) as a guest does that has no address yet. @returns what is offered */
function askForAddress(namespace: string): string {
  const script = `
    const socket = require('node:dgram').createSocket('udp4');
    const packet = Buffer.alloc(244);
    packet.set([1, 1, 6, 0, 1, 2, 3, 4]);
    packet.set(Buffer.from('${MAC.replaceAll(':', '')}', 'hex'), 28);
    packet.set([0x63, 0x82, 0x53, 0x63, 53, 1, 1, 255], 236);
    socket.on('message', (offer) => {
      console.log([...offer.subarray(16, 20)].join('.'));
      socket.close();
    });
    socket.bind(68, '0.0.0.0', () => {
      socket.setBroadcast(true);
      socket.send(packet, 67, '255.255.255.255');
    });
    setTimeout(() => process.exit(), ${MS}).unref();`;
  return lab.runIn(namespace, process.execPath, '-e', script).trim();
}

/** Connections that a namespace has accepted: PassiveOpens of RFC 4022. */
function accepted(namespace: string): number {
  const [names, values] = lab
    .runIn(namespace, 'grep', '^Tcp:', '/proc/net/snmp')
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  return Number(values?.[names?.indexOf('PassiveOpens') ?? -1]);
}

beforeAll(async () => {
  lab = makeNetworkLab();
  host = lab.addNamespace();
  const router = lab.addNamespace();
  lab.addLink([host, 'lan0'], [router, 'lan0']);
  lab.ip(host, 'address', 'add', `${LAN.host}/24`, 'dev', 'lan0');
  lab.ip(host, 'route', 'add', 'default', 'via', LAN.router);
  lab.ip(host, 'route', 'add', '10.90.4.0/24', 'via', LAN.router);
  lab.ip(router, 'address', 'add', `${LAN.router}/24`, 'dev', 'lan0');
  lab.runIn(router, 'sysctl', '-q', '-w', 'net.ipv4.ip_forward=1');
  // The strictest host that there is: a packet must come from where its answer goes.
  lab.runIn(host, 'sysctl', '-q', '-w', 'net.ipv4.conf.all.rp_filter=1');
  controlPlane = await lab.addGuest({
    host: router,
    link: 'far0',
    mac: '52:54:00:88:00:99',
    address: `${TAKEN}/24`,
    gateway: '10.88.0.254',
  });
  lab.ip(router, 'address', 'add', '10.88.0.254/24', 'dev', 'far0');
  networks = openHostNetworks({
    node: NODE,
    tunnel: undefined,
    egress: 'nat',
    programs: lab.programsIn(host),
    directory: join(lab.directory, NODE),
    timers: systemTimers,
    launcher: childLauncher,
    endProcess: async (pid) => void process.kill(pid, 'SIGKILL'),
    machines,
    findNeeds: async () => [NEEDED],
  });
  // Before the agent makes taps: the end of the guest has its name.
  guest = await lab.addGuest({
    host,
    link: tapOf(NODE, 'vm_h'),
    mac: MAC,
    address: `${TAKEN}/24`,
    gateway: GATEWAY,
  });
  await networks.sync();
});
afterAll(() => lab.remove());

describe('a network with addresses that the host reaches over its router', () => {
  test('takes no packet of the host', () => {
    const before = { far: accepted(controlPlane.namespace), guest: accepted(guest.namespace) };
    expect(connectFromHost(undefined)).toBe('connected');
    expect(accepted(controlPlane.namespace)).toBe(before.far + 1);
    expect(accepted(guest.namespace)).toBe(before.guest);
    const routes = lab.ip(host, 'route', 'show', 'table', 'main');
    expect(routes).not.toContain(linksOf(NODE, 'net_h').bridge);
  });

  test('is reached by the host with the address of its gateway, as health checks do', () => {
    const before = accepted(guest.namespace);
    expect(connectFromHost(GATEWAY)).toBe('connected');
    expect(accepted(guest.namespace)).toBe(before + 1);
  });

  test('reaches the outside through a host with the strict check of sources', async () => {
    const attempt = { address: LAN.router, timeoutMs: MS } as const;
    expect(await guest.reaches({ ...attempt, protocol: 'icmp', port: null })).toBe(true);
  });

  test('gets names of its host', async () => {
    expect(await guest.resolves('cuckoo.novacron.internal', GATEWAY)).toEqual([TAKEN]);
  });

  test('gets addresses of its host', async () => {
    expect(askForAddress(guest.namespace)).toBe(TAKEN);
  });

  test('leaves nothing in the tables of the host when it goes', async () => {
    hasMachine = false;
    await networks.sync();
    const rules = lab.ip(host, 'rule', 'show');
    expect(rules.trim().split('\n')).toHaveLength(3);
    const attempt = { address: GATEWAY, port: null, timeoutMs: DENIED_MS } as const;
    expect(await guest.reaches({ ...attempt, protocol: 'icmp' })).toBe(false);
  });
});

test.each(CLASHING)('the network $id is refused for good, and is not made', async (network) => {
  clashing = [network];
  await expect(networks.connect(network.id)).rejects.toMatchObject({
    message: expect.stringContaining(`${network.id} cannot be on this node: its block `),
    next: 'final',
  });
  // Neither when another machine, or a start of the agent, has the host looked at.
  await networks.sync();
  await networks.repair();
  const names = JSON.parse(lab.ip(host, '-j', 'link', 'show')).map(
    ({ ifname }: { readonly ifname: string }) => ifname,
  );
  expect(names).not.toContain(linksOf(NODE, network.id).bridge);
  clashing = [];
});
