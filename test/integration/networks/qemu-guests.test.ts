/**
 * Guests of QEMU on hosts that are network namespaces: one network with everything in it. The third
 * host has seen no packet of a connection before a guest moves there.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { MachineSpec } from '@novacron/contract/agent/machine';
import type { Result } from '@novacron/contract/result';
import type { Driver } from '../../../server/agent/src/drivers/driver.ts';
import { guestConsole } from '../../../server/agent/src/drivers/qemu/test-kit/guest-console.ts';
import {
  listQemuOf,
  smallSpec,
} from '../../../server/agent/src/drivers/qemu/test-kit/qemu-bench.ts';
import { useQemuSite } from '../../../server/agent/src/drivers/qemu/test-kit/use-qemu-site.ts';
import { createSampleIds } from '../../../server/agent/src/test-kit/samples.ts';
import { findQemu } from '../../support/services/find-qemu.ts';
import { waitUntil } from '../../support/src/wait-until.ts';
import { makeNetworkLab, type NetworkLab } from './test-kit/network-lab.ts';

const CIDR = '10.88.0.0/24';
const NODES = ['node-01', 'node-02', 'node-03'] as const;
type Node = (typeof NODES)[number];

const { site } = useQemuSite({ per: 'suite' });

const nextId = createSampleIds();
const VMS = { sender: nextId('vm'), receiver: nextId('vm') };

let lab: NetworkLab;
const drivers = new Map<Node, Driver>();
const namespaces = new Map<Node, string>();
let generation = 0;

beforeAll(async () => {
  lab = makeNetworkLab();
  for (const node of NODES) namespaces.set(node, lab.addNamespace());
  const between = lab.addNamespace();
  lab.ip(between, 'link', 'add', 'name', 'switch0', 'type', 'bridge');
  lab.ip(between, 'link', 'set', 'dev', 'switch0', 'up');
  for (const [index, node] of NODES.entries()) {
    const namespace = namespaceOf(node);
    const address = `192.0.2.${index + 1}`;
    lab.addLink([between, `port${index}`], [namespace, 'under0']);
    lab.ip(between, 'link', 'set', 'dev', `port${index}`, 'master', 'switch0');
    lab.ip(namespace, 'address', 'add', `${address}/24`, 'dev', 'under0');
    const driver = await site.open(node, {
      programs: {
        qemu: lab.programIn(namespace, 'qemu-system-x86_64'),
        image: findQemu().image,
      },
      networks: { programs: lab.programsIn(namespace), tunnel: { address, mtu: 1_450 } },
      migrationAddress: address,
    });
    drivers.set(node, driver);
    const tunnels = NODES.flatMap((_node, at) => (at === index ? [] : [`192.0.2.${at + 1}`]));
    succeeded(await driver.networks?.takeMap({ version: '1', tunnels, networks: [] }));
  }
});
afterAll(() => lab.remove());

function namespaceOf(node: Node): string {
  const namespace = namespaces.get(node);
  if (namespace === undefined) throw new Error(`there is no namespace of ${node}`);
  return namespace;
}

function driverOf(node: Node): Driver {
  const driver = drivers.get(node);
  if (driver === undefined) throw new Error(`there is no driver of ${node}`);
  return driver;
}

function succeeded(answer: Result<unknown, { readonly message: string }> | undefined): void {
  if (answer?.ok !== true) throw new Error(answer?.error.message ?? 'there is no driver');
}

function orderOf(vm_id: (typeof VMS)['sender']) {
  generation += 1;
  return { vm_id, generation, signal: new AbortController().signal };
}

function specOf(name: string, number: number): MachineSpec {
  const ip_address = `10.88.0.${number}`;
  const mac_address = `52:54:00:88:00:0${number}`;
  const network = { network_id: 'net_q', cidr: CIDR, ip_address, mac_address };
  return smallSpec({ name, network });
}

const PLACES = [
  { vmId: VMS.sender, node: 'node-01', spec: specOf('sender', 2) },
  { vmId: VMS.receiver, node: 'node-02', spec: specOf('receiver', 3) },
] as const;

/** Returns the usage of a node's only machine. */
async function measuredAt(node: Node) {
  const measured = await driverOf(node).measure();
  if (!measured.ok) throw new Error(measured.error.message);
  const [usage] = measured.value;
  if (usage === undefined) throw new Error(`there is no machine on ${node}`);
  return usage;
}

/** Links besides those that the lab has made. */
function linksOf(node: Node): readonly string[] {
  const links: unknown = JSON.parse(lab.ip(namespaceOf(node), '-j', 'link', 'show'));
  return Array.isArray(links)
    ? links.map(({ ifname }) => String(ifname)).filter((name) => name.startsWith('nc'))
    : [];
}

test('guests get addresses, reach each other across hosts and keep a stream', async () => {
  await Promise.all(
    PLACES.map(async ({ vmId, node, spec }) => {
      succeeded(await driverOf(node).create(orderOf(vmId), spec));
      succeeded(await driverOf(node).start(orderOf(vmId)));
      const guest = guestConsole(site.runDir(node), vmId);
      await guest.awaitBoots(1);
      await guest.run('ip link set eth0 up; udhcpc -i eth0 -s /dhcp -O mtu -n -q');
    }),
  );
  const sender = guestConsole(site.runDir('node-01'), VMS.sender);
  const receiver = guestConsole(site.runDir('node-02'), VMS.receiver);
  expect(await sender.run('ip address show eth0')).toMatch(/mtu 1450[\s\S]*inet 10\.88\.0\.2\/24/);
  expect(await sender.run('ping -c 3 -W 5 10.88.0.3')).toContain(' 0% packet loss');
  expect(await sender.run('nslookup sender.novacron.internal')).toContain('10.88.0.2');

  // The receiver lets nothing in; what it has asked for passes.
  const closed = { group_ids: ['sg_1'], rules: [] };
  succeeded(await driverOf('node-02').applyFirewall(orderOf(VMS.receiver), closed));
  await measuredAt('node-01');
  expect(await sender.run('ping -c 2 -W 1 -s 1400 10.88.0.3')).toContain('100% packet loss');
  const { network_receive_bytes_per_s: received, network_transmit_bytes_per_s: sent } =
    await measuredAt('node-01');
  // Two packets and no answer, beside what the kernels of guests say now and then.
  expect(sent).toBeGreaterThan(3 * (received ?? Number.NaN));
  const ticks = 'i=0; while true; do i=$((i+1)); echo $i; sleep 0.1; done';
  await sender.run(`{ (${ticks}) | nc -l -p 5000 >/dev/null 2>&1 & }`);
  await sender.awaitListener(5_000);
  await receiver.run('{ sleep 1000 | nc 10.88.0.2 5000 >/stream 2>/dev/null & }');
  const ticksAt = async (node: Node): Promise<number> =>
    Number(await guestConsole(site.runDir(node), VMS.receiver).run('tail -n 1 /stream'));
  await waitUntil('the stream', async () => ((await ticksAt('node-02')) > 3 ? true : undefined));

  const [, { spec }] = PLACES;
  const incoming = { spec: { ...spec, firewall: closed }, volumes: [] };
  succeeded(await driverOf('node-03').prepareIncoming(orderOf(VMS.receiver), incoming));
  succeeded(await driverOf('node-02').migrate(orderOf(VMS.receiver), { toNode: 'node-03' }));
  succeeded(await driverOf('node-03').activate(orderOf(VMS.receiver)));
  succeeded(await driverOf('node-02').delete(orderOf(VMS.receiver)));
  const before = await ticksAt('node-03');
  await waitUntil('the stream to go on', async () =>
    (await ticksAt('node-03')) > before + 3 ? true : undefined,
  );
  expect(linksOf('node-02')).toEqual([]);
  expect(await sender.run('ping -c 1 -W 1 10.88.0.3')).toContain('100% packet loss');
});

test('a guest keeps its interface when its address changes, and gets the new one', async () => {
  const sender = guestConsole(site.runDir('node-01'), VMS.sender);
  const interfaceOf = () =>
    sender.run('cd /sys/class/net/eth0; echo $(cat ifindex carrier_down_count carrier)');
  const [index, downs] = (await interfaceOf()).split(' ');
  const spec = specOf('sender', 2);
  const network = spec.network && { ...spec.network, ip_address: '10.88.0.9' };
  const change = { spec: { ...spec, network }, restart: 'forbidden' } as const;
  succeeded(await driverOf('node-01').configure(orderOf(VMS.sender), change));
  await waitUntil('the link to be up again', async () =>
    (await interfaceOf()) === `${index} ${Number(downs) + 1} 1` ? true : undefined,
  );
  await sender.run('ip address flush dev eth0; udhcpc -i eth0 -s /dhcp -O mtu -n -q');
  expect(await sender.run('ip address show eth0')).toContain('inet 10.88.0.9/24');
  expect(await sender.run('nslookup sender.novacron.internal')).toContain('10.88.0.9');
});

test('nothing is left when the machines are deleted', async () => {
  succeeded(await driverOf('node-01').delete(orderOf(VMS.sender)));
  succeeded(await driverOf('node-03').delete(orderOf(VMS.receiver)));
  expect(NODES.flatMap(linksOf)).toEqual([]);
  expect(listQemuOf(site.directory)).toEqual([]);
  const files = NODES.flatMap((node) => readdirSync(join(site.runDir(node), 'networks')));
  expect(files.filter((name) => name.endsWith('.conf'))).toEqual([]);
});
