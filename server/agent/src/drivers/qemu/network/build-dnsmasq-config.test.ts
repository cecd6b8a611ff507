import { expect, test } from '@jest/globals';
import { machineOf, requestOf } from '../test-kit/sample-networks.ts';
import { buildDnsmasqConfig, hasDhcp } from './build-dnsmasq-config.ts';
import { linksOf } from './network-names.ts';
import { planNetworks } from './plan-networks.ts';

function configOf(cidr: string, egress: 'nat' | 'none' = 'none') {
  const member = { vm_id: 'vm_09', name: 'far.host', ip_address: '10.0.0.9', group_ids: [] };
  const odd = { vm_id: 'vm_08', name: 'under_score', ip_address: '10.0.0.8', group_ids: [] };
  const mapped = { network_id: 'net_1', dns_servers: ['192.0.2.53'], peers: [] };
  const map = { version: '1', tunnels: [], networks: [{ ...mapped, members: [member, odd] }] };
  const plan = planNetworks(requestOf({ machines: [machineOf(2, { cidr })], map, egress }));
  const [network] = plan.networks;
  if (network === undefined) throw new Error('no network was planned');
  return { network, text: buildDnsmasqConfig(plan, network) };
}

test('a name server gives the addresses of its node and knows the names of the network', () => {
  expect(configOf('10.0.0.0/24').text).toBe(`interface=${linksOf('node-01', 'net_1').bridge}
except-interface=lo
bind-interfaces
no-hosts
no-resolv
no-poll
leasefile-ro
dhcp-authoritative
dhcp-ignore-names
dhcp-range=10.0.0.0,static,255.255.255.0,12h
dhcp-option=option:dns-server,10.0.0.1
dhcp-option=option:mtu,1450
dhcp-option=option:router
domain=novacron.internal
local=/novacron.internal/
server=192.0.2.53
dhcp-host=52:54:00:00:00:02,10.0.0.2,vm-02
host-record=vm-02.novacron.internal,vm-02,10.0.0.2
host-record=far.host.novacron.internal,10.0.0.9
`);
});

test.each(['ignore', 'infinite', '1h', '10.0.0.77', '12'])(
  'a VM named %s gets its address, and no name that means something else there',
  (name) => {
    const [machine] = [machineOf(2)];
    const named = { ...machine, spec: { ...machine.spec, name } };
    const plan = planNetworks(requestOf({ machines: [named] }));
    const [network] = plan.networks;
    const text = network === undefined ? '' : buildDnsmasqConfig(plan, network);
    expect(text).toContain('dhcp-host=52:54:00:00:00:02,10.0.0.2\n');
  },
);

test('of names that differ in case only, the one in small letters is resolved', () => {
  const memberOf = (number: number, name: string) => {
    return { vm_id: `vm_0${number}`, name, ip_address: `10.0.0.${number}`, group_ids: [] };
  };
  const members = [memberOf(7, 'A2'), memberOf(8, 'a2'), memberOf(9, 'B'), memberOf(6, 'B')];
  const mapped = { network_id: 'net_1', dns_servers: [], peers: [], members };
  const map = { version: '1', tunnels: [], networks: [mapped] };
  const plan = planNetworks(requestOf({ machines: [machineOf(2)], map }));
  const [network] = plan.networks;
  const text = network === undefined ? '' : buildDnsmasqConfig(plan, network);
  expect(text.match(/^host-record=(a2|b)[.].*$/gm)).toEqual([
    'host-record=a2.novacron.internal,a2,10.0.0.8',
    'host-record=b.novacron.internal,b,10.0.0.9',
  ]);
});

test('guests have a default route where the node lets them out', () => {
  expect(configOf('10.0.0.0/24', 'nat').text).toContain('dhcp-option=option:router,10.0.0.1\n');
});

test('a further interface gets its address without a default route', () => {
  const network = { network_id: 'net_2', cidr: '10.0.1.0/24', ip_address: '10.0.1.7' };
  const machine = { ...machineOf(2), further: [{ network, mac: '52:54:00:00:01:07' }] };
  const plan = planNetworks(requestOf({ machines: [machine], egress: 'nat' }));
  const [first, second] = plan.networks.map((each) => buildDnsmasqConfig(plan, each));
  expect(first).not.toContain('further');
  expect(second).toContain('dhcp-option=option:router,10.0.1.1\n');
  expect(second).toContain('dhcp-option=tag:further,option:router\n');
  expect(second).toContain('dhcp-host=52:54:00:00:01:07,set:further,10.0.1.7,vm-02\n');
});

test.each([
  ['10.0.0.0/8', '255.0.0.0'],
  ['10.0.0.0/23', '255.255.254.0'],
  ['10.0.0.0/30', '255.255.255.252'],
])('the netmask of %s is %s', (cidr, netmask) => {
  expect(configOf(cidr).text).toContain(`,static,${netmask},`);
});

test.each([
  ['10.0.0.0/24', true],
  ['10.0.0.2/31', false],
  ['fd00::/64', false],
])('whether %s has a DHCP server: %s', (cidr, expected) => {
  expect(hasDhcp(configOf(cidr).network)).toBe(expected);
});
