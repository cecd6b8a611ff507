/**
 * A guest that sends nothing by itself is announced on the bridge of the node where it runs: when
 * it is started, also where it ran on another node before, and when its source has released it to
 * the node to which it has migrated.
 */
import { beforeAll, expect, test } from '@jest/globals';
import type { Driver } from '../../../server/agent/src/drivers/driver.ts';
import { good } from '../../../server/agent/src/drivers/driver-bench.ts';
import { idleSpec } from '../../../server/agent/src/drivers/qemu/test-kit/qemu-bench.ts';
import { useQemuSite } from '../../../server/agent/src/drivers/qemu/test-kit/use-qemu-site.ts';
import { findQemu } from '../../support/services/find-qemu.ts';
import { waitUntil } from '../../support/src/wait-until.ts';
import { makeNetworkLab, type NetworkLab } from './test-kit/network-lab.ts';

const NODES = ['node-01', 'node-02'] as const;
type Node = (typeof NODES)[number];

const MAC = '52:54:00:88:00:02';
const SPEC = idleSpec({
  network: {
    network_id: 'net_a',
    cidr: '10.88.0.0/24',
    ip_address: '10.88.0.2',
    mac_address: MAC,
  },
});

let lab: NetworkLab;
const { site, order } = useQemuSite({ per: 'suite', end: async () => lab?.remove() });
const drivers = new Map<Node, Driver>();
const namespaces = new Map<Node, string>();

beforeAll(async () => {
  lab = makeNetworkLab();
  for (const node of NODES) namespaces.set(node, lab.addNamespace());
  lab.addLink([namespaceOf('node-01'), 'under0'], [namespaceOf('node-02'), 'under0']);
  for (const [index, node] of NODES.entries()) {
    const namespace = namespaceOf(node);
    const address = `192.0.2.${index + 1}`;
    lab.ip(namespace, 'address', 'add', `${address}/24`, 'dev', 'under0');
    const { image } = findQemu();
    const driver = await site.open(node, {
      programs: { qemu: lab.programIn(namespace, 'qemu-system-x86_64'), image },
      networks: { programs: lab.programsIn(namespace), tunnel: undefined },
      migrationAddress: address,
    });
    drivers.set(node, driver);
  }
});

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

/** Returns the bridge ports behind which a node has learned the guest's MAC address. */
function portsOf(node: Node): readonly string[] {
  const shown: unknown = JSON.parse(lab.runIn(namespaceOf(node), 'bridge', '-j', 'fdb', 'show'));
  if (!Array.isArray(shown)) throw new Error('bridge shows a list');
  return shown
    .map((entry) => Object(entry))
    .filter(({ mac, state }) => mac === MAC && state !== 'permanent')
    .map(({ ifname }) => String(ifname));
}

function forgetPorts(node: Node): void {
  const links: unknown = JSON.parse(lab.ip(namespaceOf(node), '-j', 'link', 'show'));
  if (!Array.isArray(links)) throw new Error('ip shows a list');
  const bridge = links.map(({ ifname }) => String(ifname)).find((name) => name.startsWith('ncb'));
  if (bridge === undefined) throw new Error(`${node} has no bridge`);
  lab.ip(namespaceOf(node), 'link', 'set', 'dev', bridge, 'type', 'bridge', 'fdb_flush');
}

async function awaitAnnouncement(node: Node): Promise<void> {
  const ports = await waitUntil('an announcement on the bridge', () => {
    const found = portsOf(node);
    return found.length === 0 ? undefined : found;
  });
  expect(ports).toEqual([expect.stringMatching(/^nct/)]);
}

test('a guest is announced where it starts', async () => {
  await good(driverOf('node-01').create(order(1), SPEC));
  await good(driverOf('node-01').start(order(2)));
  await awaitAnnouncement('node-01');
});

test('a guest is announced when its source has released it, and not before', async () => {
  const [source, target] = NODES.map(driverOf);
  if (source === undefined || target === undefined) throw new Error('there are two');
  await good(target.prepareIncoming(order(3), { spec: SPEC, volumes: [] }));
  await good(source.migrate(order(3), { toNode: 'node-02' }));
  forgetPorts('node-02');
  expect(portsOf('node-02')).toEqual([]);
  await good(target.activate(order(3)));
  await awaitAnnouncement('node-02');
  await good(source.forget(order(3)));
});
