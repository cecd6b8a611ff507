import { expect, test } from '@jest/globals';
import { planNetworkMap } from './network-maps.ts';

type Rows = Parameters<typeof planNetworkMap>[1];

// Only what a map is made of matters here.
const rowsOf = (rows: { readonly [Table in keyof Rows]: readonly object[] }) =>
  rows as unknown as Rows;

function nodeOf(number: number, networks: 'yes' | 'no' = 'yes') {
  return {
    id: `node_${number}`,
    name: `node-0${number}`,
    capabilities_json: JSON.stringify({ networks }),
    facts_json: JSON.stringify({ tunnel_address: `192.0.2.${number}` }),
  };
}

const group = (number: number) => `sg_${String(number).padStart(26, '0')}`;

/** Required fields of the desired state of a VM. */
const SIZE = { cpu_cores: 1, memory_gb: 1, disk_gb: 1, template: 'default' };

function vmOf(number: number, network_id: string, security_groups: readonly string[] = []) {
  const desired_json = JSON.stringify({ ...SIZE, security_groups });
  return { id: `vm_${number}`, name: `web-${number}`, network_id, desired_json };
}

function addressOf(number: number, network_id: string) {
  const ip_address = `10.0.0.${number}`;
  return { id: `${network_id}/${ip_address}`, network_id, vm_id: `vm_${number}`, ip_address };
}

const networkOf = (id: string) => ({
  id,
  desired_json: JSON.stringify({ name: id, cidr: '10.0.0.0/24', dns_servers: ['192.0.2.53'] }),
});
const onNode = (vm: number, node: number) => ({ vm_id: `vm_${vm}`, node_id: `node_${node}` });

const ROWS = {
  nodes: [nodeOf(1), nodeOf(2), nodeOf(3), nodeOf(4, 'no'), { ...nodeOf(5), facts_json: null }],
  networks: [networkOf('net_a'), networkOf('net_b')],
  addresses: [addressOf(7, 'net_a'), addressOf(8, 'net_a'), addressOf(9, 'net_b')],
  vms: [vmOf(7, 'net_a', [group(2), group(1)]), vmOf(8, 'net_a'), vmOf(9, 'net_b')],
  allocations: [onNode(7, 1), onNode(8, 2), onNode(9, 3)],
};

test('a map has the networks of the VMs of the node, their members and the nodes of those', () => {
  const { version: _version, ...content } = planNetworkMap('node-01', rowsOf(ROWS));
  expect(content).toEqual({
    tunnels: ['192.0.2.2', '192.0.2.3'],
    networks: [
      {
        network_id: 'net_a',
        dns_servers: ['192.0.2.53'],
        peers: ['192.0.2.2'],
        members: [
          { vm_id: 'vm_7', name: 'web-7', ip_address: '10.0.0.7', group_ids: [group(1), group(2)] },
          { vm_id: 'vm_8', name: 'web-8', ip_address: '10.0.0.8', group_ids: [] },
        ],
      },
    ],
  });
});

test('both nodes of a migration are peers', () => {
  const allocations = [...ROWS.allocations, onNode(8, 3)];
  const map = planNetworkMap('node-01', rowsOf({ ...ROWS, allocations }));
  expect(map.networks[0]?.peers).toEqual(['192.0.2.2', '192.0.2.3']);
});

test('a VM that leaves a network is not a member of it any more', () => {
  const vms = [...ROWS.vms.slice(0, 1), vmOf(8, 'net_b'), ...ROWS.vms.slice(2)];
  const map = planNetworkMap('node-01', rowsOf({ ...ROWS, vms }));
  expect(map.networks[0]?.members.map(({ vm_id }) => vm_id)).toEqual(['vm_7']);
});

test('the version names the content, whatever the order of the rows is', () => {
  const versionOf = (rows: typeof ROWS) => planNetworkMap('node-01', rowsOf(rows)).version;
  const addresses = [...ROWS.addresses].reverse();
  const nodes = [...ROWS.nodes].reverse();
  expect(versionOf({ ...ROWS, addresses, nodes })).toBe(versionOf(ROWS));
  const [first, ...rest] = ROWS.vms;
  const vms = [{ ...first, ...vmOf(7, 'net_a', [group(1)]) }, ...rest];
  expect(versionOf({ ...ROWS, vms })).not.toBe(versionOf(ROWS));
});
