/**
 * A guest of QEMU with interfaces in two networks: it is reached in both, filtered in both, and has
 * only its own addresses in each, also after it has moved to another host.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { MachineSpec } from '@novacron/contract/agent/machine';
import type { VmId } from '@novacron/contract/ids';
import type { Driver } from '../../../server/agent/src/drivers/driver.ts';
import { good } from '../../../server/agent/src/drivers/driver-bench.ts';
import { guestConsole } from '../../../server/agent/src/drivers/qemu/test-kit/guest-console.ts';
import { smallSpec } from '../../../server/agent/src/drivers/qemu/test-kit/qemu-bench.ts';
import { useQemuSite } from '../../../server/agent/src/drivers/qemu/test-kit/use-qemu-site.ts';
import { createSampleIds } from '../../../server/agent/src/test-kit/samples.ts';
import { findQemu } from '../../support/services/find-qemu.ts';
import { makeNetworkLab, type NetworkLab } from './test-kit/network-lab.ts';

const NODES = ['node-01', 'node-02'] as const;
type Node = (typeof NODES)[number];

const { site } = useQemuSite({ per: 'suite' });

const nextId = createSampleIds();
const VMS = { both: nextId('vm'), left: nextId('vm'), right: nextId('vm') };

let lab: NetworkLab;
const drivers = new Map<Node, Driver>();
const namespaces = new Map<Node, string>();
let generation = 0;

beforeAll(async () => {
  lab = makeNetworkLab();
  for (const node of NODES) namespaces.set(node, lab.addNamespace());
  lab.addLink([namespaceOf('node-01'), 'under0'], [namespaceOf('node-02'), 'under0']);
  for (const [index, node] of NODES.entries()) {
    const namespace = namespaceOf(node);
    const address = `192.0.2.${index + 1}`;
    lab.ip(namespace, 'address', 'add', `${address}/24`, 'dev', 'under0');
    const driver = await site.open(node, {
      programs: {
        qemu: lab.programIn(namespace, 'qemu-system-x86_64'),
        image: findQemu().image,
      },
      networks: { programs: lab.programsIn(namespace), tunnel: { address, mtu: 1_450 } },
      guestNetwork: 'host',
      migrationAddress: address,
    });
    drivers.set(node, driver);
    const tunnels = [`192.0.2.${2 - index}`];
    const taken = await driver.networks?.takeMap({ version: '1', tunnels, networks: [] });
    expect(taken).toMatchObject({ ok: true });
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

function orderOf(vm_id: VmId) {
  generation += 1;
  return { vm_id, generation, signal: new AbortController().signal };
}

function networkOf(name: 'left' | 'right', number: number) {
  const third = name === 'left' ? 88 : 89;
  return {
    network_id: `net_${name}`,
    cidr: `10.${third}.0.0/24`,
    ip_address: `10.${third}.0.${number}`,
    mac_address: `52:54:00:${third}:00:0${number}`,
  };
}

const BOTH: MachineSpec = smallSpec({
  name: 'both',
  network: networkOf('left', 2),
  further_networks: [networkOf('right', 2)],
});

const PLACES = [
  { vmId: VMS.both, node: 'node-01', spec: BOTH, links: ['eth0', 'eth1'] },
  {
    vmId: VMS.left,
    node: 'node-01',
    spec: smallSpec({ name: 'left', network: networkOf('left', 3) }),
    links: ['eth0'],
  },
  {
    vmId: VMS.right,
    node: 'node-02',
    spec: smallSpec({ name: 'right', network: networkOf('right', 3) }),
    links: ['eth0'],
  },
] as const;

const consoleOf = (name: keyof typeof VMS, node: Node) =>
  guestConsole(site.runDir(node), VMS[name]);

/** Returns the output of two echo requests. */
async function ping(from: keyof typeof VMS, at: Node, to: string): Promise<string> {
  const said = await consoleOf(from, at).run(`ping -c 2 -W 3 ${to}`);
  return /\d+% packet loss/.exec(said)?.[0] ?? said;
}

const REACHED = '0% packet loss';
const LOST = '100% packet loss';
const EVERYONE = { direction: 'ingress', protocol: 'icmp', ports: null, group_id: null } as const;

test('a guest with two interfaces is reached and filtered in both networks', async () => {
  await Promise.all(
    PLACES.map(async ({ vmId, node, spec, links }) => {
      await good(driverOf(node).create(orderOf(vmId), spec));
      await good(driverOf(node).start(orderOf(vmId)));
      const guest = guestConsole(site.runDir(node), vmId);
      await guest.awaitBoots(1);
      for (const link of links) {
        await guest.run(`ip link set ${link} up; udhcpc -i ${link} -s /dhcp -O mtu -n -q`);
      }
    }),
  );
  const both = consoleOf('both', 'node-01');
  expect(await both.run('ip address show eth0')).toContain('inet 10.88.0.2/24');
  expect(await both.run('ip address show eth1')).toContain('inet 10.89.0.2/24');
  const [found] = await good(driverOf('node-01').inspect());
  expect(found?.spec).toMatchObject({ further_networks: [networkOf('right', 2)] });

  expect(await ping('left', 'node-01', '10.88.0.2')).toBe(REACHED);
  expect(await ping('right', 'node-02', '10.89.0.2')).toBe(REACHED);
  // Each network ends at the guest: its host does not route between them.
  expect(await ping('left', 'node-01', '10.89.0.3')).toBe(LOST);

  const closed = { group_ids: ['sg_1'], rules: [] };
  await good(driverOf('node-01').applyFirewall(orderOf(VMS.both), closed));
  expect(await ping('left', 'node-01', '10.88.0.2')).toBe(LOST);
  expect(await ping('right', 'node-02', '10.89.0.2')).toBe(LOST);

  const halfOpen = { group_ids: ['sg_1'], rules: [{ ...EVERYONE, cidr: '10.89.0.0/24' }] };
  await good(driverOf('node-01').applyFirewall(orderOf(VMS.both), halfOpen));
  expect(await ping('left', 'node-01', '10.88.0.2')).toBe(LOST);
  expect(await ping('right', 'node-02', '10.89.0.2')).toBe(REACHED);
  expect(await ping('both', 'node-01', '10.89.0.3')).toBe(REACHED);
});

test('it has one default route, and no other address than its own in each network', async () => {
  const both = consoleOf('both', 'node-01');
  const seed = await both.run('show-seed network-config');
  expect(seed).toMatch(/"eth0"[\s\S]*52:54:00:88:00:02[\s\S]*"eth1"[\s\S]*52:54:00:89:00:02/);
  const defaultAfter = async (link: string) => {
    await both.run('ip route del default');
    await both.run(`udhcpc -i ${link} -s /dhcp -n -q`);
    return both.run('ip route show default');
  };
  expect(await defaultAfter('eth0')).toContain('via 10.88.0.1');
  expect(await defaultAfter('eth1')).not.toContain('default');
  await both.run('ip address add 10.89.0.77/24 dev eth1');
  expect(await both.run('ping -c 2 -W 1 -I 10.89.0.77 10.89.0.3')).toContain(LOST);
  await both.run('ip address del 10.89.0.77/24 dev eth1');
  expect(await ping('both', 'node-01', '10.89.0.3')).toBe(REACHED);
});

test('it keeps both interfaces where it moves, and leaves nothing behind', async () => {
  const halfOpen = { group_ids: ['sg_1'], rules: [{ ...EVERYONE, cidr: '10.0.0.0/8' }] };
  const incoming = { spec: { ...BOTH, firewall: halfOpen }, volumes: [] };
  await good(driverOf('node-02').prepareIncoming(orderOf(VMS.both), incoming));
  await good(driverOf('node-01').migrate(orderOf(VMS.both), { toNode: 'node-02' }));
  await good(driverOf('node-02').activate(orderOf(VMS.both)));
  await good(driverOf('node-01').delete(orderOf(VMS.both)));
  expect(await ping('left', 'node-01', '10.88.0.2')).toBe(REACHED);
  expect(await ping('right', 'node-02', '10.89.0.2')).toBe(REACHED);
  await good(driverOf('node-02').delete(orderOf(VMS.both)));
  await good(driverOf('node-01').delete(orderOf(VMS.left)));
  await good(driverOf('node-02').delete(orderOf(VMS.right)));
  for (const node of NODES) {
    const links: { ifname: string }[] = JSON.parse(lab.ip(namespaceOf(node), '-j', 'link', 'show'));
    expect(links.map(({ ifname }) => ifname).filter((name) => name.startsWith('nc'))).toEqual([]);
  }
});
