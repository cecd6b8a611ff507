import { describe, expect, test } from '@jest/globals';
import { machineOf, requestOf } from '../test-kit/sample-networks.ts';
import { gatewayMac, linksOf, tapOf, vniOf } from './network-names.ts';
import { aliasOf, type ObservedLink, planLinks } from './plan-links.ts';
import { planNetworks } from './plan-networks.ts';

const { bridge, tunnel } = linksOf('node-01', 'net_1');
const tap = tapOf('node-01', 'vm_02');
const alias = aliasOf('node-01');
const MAP = { version: '1', tunnels: ['192.0.2.2'], networks: [] };
const PLAN = planNetworks(requestOf({ machines: [machineOf(2)], map: MAP }));

const linkOf = (name: string, overrides: Partial<ObservedLink> = {}): ObservedLink => ({
  name,
  alias,
  mtu: 1_450,
  isUp: true,
  master: bridge,
  mac: undefined,
  vxlan: undefined,
  addresses: [],
  peers: [],
  ...overrides,
});
const vxlan = { id: vniOf('net_1'), local: '192.0.2.1' };
const COMPLETE = [
  linkOf(bridge, { master: undefined, mac: gatewayMac('net_1'), addresses: ['10.0.0.1/32'] }),
  linkOf(tunnel, { vxlan, peers: ['192.0.2.2'] }),
  linkOf(tap),
];

const linesOf = (observed: readonly ObservedLink[], plan = PLAN) =>
  planLinks(plan, observed).commands.map((command) => command.join(' '));

describe('the links of a host', () => {
  test('are a bridge and a tunnel for each network, and a tap for each machine', () => {
    expect(linesOf([])).toEqual([
      `ip link add name ${bridge} type bridge`,
      `ip link set dev ${bridge} addrgenmode none`,
      `ip link set dev ${bridge} alias ${alias} mtu 1450 address ${gatewayMac('net_1')} up`,
      `ip address add 10.0.0.1/32 dev ${bridge}`,
      `ip link add name ${tunnel} type vxlan id ${vxlan.id} local 192.0.2.1 dstport 4789`,
      `ip link set dev ${tunnel} addrgenmode none`,
      `ip link set dev ${tunnel} alias ${alias} mtu 1450 master ${bridge} up`,
      `bridge fdb append 00:00:00:00:00:00 dev ${tunnel} dst 192.0.2.2`,
      `ip tuntap add dev ${tap} mode tap`,
      `ip link set dev ${tap} addrgenmode none`,
      `ip link set dev ${tap} alias ${alias} mtu 1450 master ${bridge} up`,
    ]);
  });

  test('are taps of another user where QEMU runs as one', () => {
    const request = requestOf({ machines: [machineOf(2)], map: MAP, tapUser: 997 });
    const lines = linesOf(COMPLETE.slice(0, 2), planNetworks(request));
    expect(lines[0]).toBe(`ip tuntap add dev ${tap} mode tap user 997`);
  });

  test('stay as they are where they are right', () => {
    expect(linesOf(COMPLETE)).toEqual([]);
  });

  test('are changed where they differ', () => {
    const [first, second] = COMPLETE;
    const observed = [
      { ...linkOf(bridge), ...first, addresses: ['10.0.0.1/24'] },
      { ...linkOf(tunnel), ...second, peers: ['192.0.2.9'] },
      linkOf(tap, { master: undefined, isUp: false }),
    ];
    expect(linesOf(observed)).toEqual([
      `ip address delete 10.0.0.1/24 dev ${bridge}`,
      `ip address add 10.0.0.1/32 dev ${bridge}`,
      `bridge fdb delete 00:00:00:00:00:00 dev ${tunnel} dst 192.0.2.9`,
      `bridge fdb append 00:00:00:00:00:00 dev ${tunnel} dst 192.0.2.2`,
      `ip link set dev ${tap} master ${bridge} up`,
    ]);
  });

  test('are made again where a tunnel has another address', () => {
    const other = linkOf(tunnel, { vxlan: { ...vxlan, local: '192.0.2.7' } });
    const observed = COMPLETE.map((link) => (link.name === tunnel ? other : link));
    expect(linesOf(observed).slice(0, 2)).toEqual([
      `ip link delete dev ${tunnel}`,
      `ip link add name ${tunnel} type vxlan id ${vxlan.id} local 192.0.2.1 dstport 4789`,
    ]);
  });

  test('are removed where nothing needs them, and those of others stay', () => {
    const others = [
      linkOf('eth0', { alias: undefined }),
      linkOf('x', { alias: aliasOf('node-02') }),
    ];
    const none = planNetworks(requestOf());
    expect(linesOf([...COMPLETE, ...others], none)).toEqual(
      [bridge, tunnel, tap].map((name) => `ip link delete dev ${name}`),
    );
  });

  test('are not taken from others', () => {
    const taken = linkOf(bridge, { alias: 'of the operator' });
    expect(planLinks(PLAN, [taken])).toEqual({
      commands: [],
      trouble: `The link ${bridge} is on this host already and is not of node-01.`,
    });
  });
});
