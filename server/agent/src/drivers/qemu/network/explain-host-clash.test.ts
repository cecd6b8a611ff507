import { expect, test } from '@jest/globals';
import { parseCidr } from '@novacron/contract/formats/cidr';
import { explainHostClash } from './explain-host-clash.ts';
import type { NodeNetworks } from './plan-networks.ts';
import type { ObservedRoute } from './plan-routes.ts';

function planWith(cidr: string): NodeNetworks {
  const block = parseCidr(cidr);
  if (!block.ok) throw new Error(block.error);
  // Only the blocks matter here.
  return { networks: [{ id: 'net_1', cidr, block: block.value }] } as unknown as NodeNetworks;
}

const LINKS = [
  { name: 'lo', addresses: ['127.0.0.1/8', '::1/128'] },
  { name: 'lan0', addresses: ['192.168.1.10/24', 'fd00:1::a/64', 'fe80::1/64'] },
  { name: 'ncb0123456789ab', addresses: ['10.0.0.1/32'] },
  { name: 'tun0', addresses: ['10.8.0.2/32'] },
];
const routeTo = (to: string, link: string, overrides: Partial<ObservedRoute> = {}) => ({
  family: to.includes(':') ? (6 as const) : (4 as const),
  to,
  table: 'main',
  link,
  gateway: undefined,
  ...overrides,
});
const ROUTES = [
  routeTo('default', 'lan0', { gateway: '10.50.0.1' }),
  routeTo('10.40.0.0/24', 'lan0', { gateway: '192.168.1.2' }),
  routeTo('10.41.0.7', 'lan0'),
  routeTo('10.42.0.0/24', 'lan0', { table: '52' }),
  routeTo('10.0.0.0/24', 'ncb0123456789ab', { table: '1308622848' }),
  routeTo('172.16.0.0/12', 'lan0'),
  routeTo('fd00:4::/64', 'lan0'),
];
const USE = { links: LINKS, routes: ROUTES, needs: ['10.99.0.10', 'fd00:9::53'] };

const AT = 'its block overlaps the network of the host at';
const NEEDED = 'its block has an address that the host uses';
const ROUTED = 'its block has addresses that the host has a route to';

test.each([
  ['192.168.1.0/24', `${AT} 192.168.1.10/24`],
  ['192.168.0.0/16', `${AT} 192.168.1.10/24`],
  // Not the address itself, but its neighbours, such as the gateway.
  ['192.168.1.128/25', `${AT} 192.168.1.10/24`],
  ['fd00:1::/48', `${AT} fd00:1::a/64`],
  ['10.8.0.0/24', `${AT} 10.8.0.2/32`],
  ['127.0.0.0/16', `${AT} 127.0.0.1/8`],
  // What the agent reaches over its router: the bus, a name server.
  ['10.99.0.0/24', `${NEEDED} (10.99.0.10)`],
  ['10.99.0.8/30', `${NEEDED} (10.99.0.10)`],
  ['fd00:9::/64', `${NEEDED} (fd00:9::53)`],
  ['10.50.0.0/24', `${NEEDED} (10.50.0.1)`],
  ['10.40.0.0/16', `${ROUTED} (10.40.0.0/24)`],
  ['10.40.0.0/24', `${ROUTED} (10.40.0.0/24)`],
  ['10.41.0.0/24', `${ROUTED} (10.41.0.7)`],
  ['10.42.0.0/16', `${ROUTED} (10.42.0.0/24)`],
  ['fd00:4::/48', `${ROUTED} (fd00:4::/64)`],
])('a network %s cannot be on its host', (cidr, why) => {
  expect(explainHostClash(planWith(cidr), 'net_1', USE)).toBe(why);
});

test.each([
  '192.168.2.0/24',
  'fd00:2::/64',
  '10.8.1.0/24',
  '10.99.1.0/24',
  // A part of what the host reaches over a router: the host goes on reaching the rest of it.
  '172.16.5.0/24',
])('a network %s is apart from that of its host', (cidr) => {
  expect(explainHostClash(planWith(cidr), 'net_1', USE)).toBeUndefined();
});

test('bridges of networks are no network of the host', () => {
  expect(explainHostClash(planWith('10.0.0.0/24'), 'net_1', USE)).toBeUndefined();
});
