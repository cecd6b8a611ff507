import { expect, test } from '@jest/globals';
import { parseCidr } from '@novacron/contract/formats/cidr';
import { explainHostClash } from './explain-host-clash.ts';
import type { NodeNetworks } from './plan-networks.ts';

function planWith(cidr: string): NodeNetworks {
  const block = parseCidr(cidr);
  if (!block.ok) throw new Error(block.error);
  // Only the blocks matter here.
  return { networks: [{ id: 'net_1', cidr, block: block.value }] } as unknown as NodeNetworks;
}

const LINKS = [
  { name: 'lo', addresses: ['127.0.0.1/8', '::1/128'] },
  { name: 'lan0', addresses: ['192.168.1.10/24', 'fd00:1::a/64', 'fe80::1/64'] },
  { name: 'ncb0123456789ab', addresses: ['10.0.0.1/24'] },
  { name: 'tun0', addresses: ['10.8.0.2/32'] },
];

test.each([
  ['192.168.1.0/24', 'the network of the host at lan0 (192.168.1.10/24)'],
  ['192.168.0.0/16', 'the network of the host at lan0 (192.168.1.10/24)'],
  // Not the address itself, but its neighbours, such as the gateway.
  ['192.168.1.128/25', 'the network of the host at lan0 (192.168.1.10/24)'],
  ['fd00:1::/48', 'the network of the host at lan0 (fd00:1::a/64)'],
  ['10.8.0.0/24', 'the network of the host at tun0 (10.8.0.2/32)'],
  ['127.0.0.0/16', 'the network of the host at lo (127.0.0.1/8)'],
])('a network %s overlaps that of its host', (cidr, which) => {
  expect(explainHostClash(planWith(cidr), 'net_1', LINKS)).toBe(
    `its block ${cidr} overlaps ${which}`,
  );
});

test.each(['192.168.2.0/24', 'fd00:2::/64', '10.8.1.0/24'])(
  'a network %s is apart from that of its host',
  (cidr) => {
    expect(explainHostClash(planWith(cidr), 'net_1', LINKS)).toBeUndefined();
  },
);

test('bridges of networks are no network of the host', () => {
  expect(explainHostClash(planWith('10.0.0.0/24'), 'net_1', LINKS)).toBeUndefined();
});
