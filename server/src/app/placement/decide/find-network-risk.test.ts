import { expect, test } from '@jest/globals';
import type { NetworkId } from '@novacron/contract/ids';
import { describeNetworkRisk } from './find-network-risk.ts';

// Ids only have to be there.
const NET = 'net_a' as NetworkId;

const node = (name: string, driver: string, capabilities: object) => ({
  name,
  driver,
  capabilities_json: JSON.stringify(capabilities),
});

const NODES = [
  node('root', 'qemu', { networks: 'yes' }),
  node('plain', 'qemu', { networks: 'no' }),
  node('simulated', 'simulator', {}),
];

const vm = (name: string, on: string, network_id: NetworkId | null = NET) => ({
  spec: { name, network_id, firewall_rules: null, security_groups: null },
  node: on,
});

test.each(['root', 'simulated', 'elsewhere'])('no risk is seen on the node %s', (on) => {
  expect(describeNetworkRisk([vm('web', on)], NODES)).toBeUndefined();
});

test('a VM without a network and without rules is no risk anywhere', () => {
  expect(describeNetworkRisk([vm('web', 'plain', null)], NODES)).toBeUndefined();
});

test('a VM on a node that connects no networks is named, and what it will not have', () => {
  const two = [vm('web', 'plain'), vm('db', 'plain'), vm('here', 'root')];
  expect(describeNetworkRisk(two, NODES)).toMatch(
    /^The agent of plain connects no networks, so the interface of web and 1 more will be in user /,
  );
});
