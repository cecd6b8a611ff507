import { describe, expect, test } from '@jest/globals';
import { machineOf, requestOf } from '../test-kit/sample-networks.ts';
import { linksOf, tapOf, vniOf } from './network-names.ts';
import { explainClash, planNetworks } from './plan-networks.ts';

const MAPPED = {
  network_id: 'net_1',
  dns_servers: ['192.0.2.53'],
  peers: ['192.0.2.2'],
  members: [
    { vm_id: 'vm_09', name: 'far', ip_address: '10.0.0.9', group_ids: ['sg_1'] },
    { vm_id: 'vm_02', name: 'old-name', ip_address: '10.0.0.7', group_ids: [] },
  ],
};
const TUNNELS = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];

describe('the networks of a node', () => {
  test('are those of its machines, with the first address as gateway', () => {
    const machines = [machineOf(2), machineOf(3, { networkId: 'net_2', cidr: '10.0.1.0/24' })];
    const { networks } = planNetworks(requestOf({ machines }));
    expect(networks.map(({ id, gateway }) => [id, gateway?.ip])).toEqual([
      ['net_1', '10.0.0.1'],
      ['net_2', '10.0.1.1'],
    ]);
    expect(networks[0]).toMatchObject({
      bridge: linksOf('node-01', 'net_1').bridge,
      vni: vniOf('net_1'),
      machines: [{ vm_id: 'vm_02', ip: '10.0.0.2', isConnected: true }],
    });
  });

  test('have each interface of a machine, with its firewall and a tap of its own', () => {
    const first = machineOf(2, { groupIds: ['sg_1'], rules: [] });
    const network = { network_id: 'net_2', cidr: '10.0.1.0/24', ip_address: '10.0.1.7' };
    const machine = { ...first, further: [{ network, mac: '52:54:00:00:01:07' }] };
    const { networks } = planNetworks(requestOf({ machines: [machine] }));
    const interfaces = networks.flatMap(({ id, machines }) =>
      machines.map(({ tap, ip, mac, groupIds, isFurther }) => {
        return { id, tap, ip, mac, groupIds, isFurther };
      }),
    );
    const [tap, furtherTap] = [tapOf('node-01', 'vm_02'), tapOf('node-01', 'vm_02', 'net_2')];
    expect(furtherTap).not.toBe(tap);
    expect(interfaces).toEqual([
      { id: 'net_1', tap, ip: '10.0.0.2', mac: '52:54:00:00:00:02', groupIds: ['sg_1'] },
      {
        id: 'net_2',
        tap: furtherTap,
        ip: '10.0.1.7',
        mac: '52:54:00:00:01:07',
        groupIds: ['sg_1'],
        isFurther: true,
      },
    ]);
  });

  test('reach every other node until the map has them', () => {
    const machines = [machineOf(2)];
    const peersWith = (networks: (typeof MAPPED)[]) =>
      planNetworks(requestOf({ machines, map: { version: '1', tunnels: TUNNELS, networks } }))
        .networks[0]?.peers;
    expect(peersWith([])).toEqual(['192.0.2.2', '192.0.2.3']);
    expect(peersWith([MAPPED])).toEqual(['192.0.2.2']);
  });

  test('have the members of the map, but what the node has itself is newer', () => {
    const map = { version: '1', tunnels: TUNNELS, networks: [MAPPED] };
    const [network] = planNetworks(requestOf({ machines: [machineOf(2)], map })).networks;
    expect(network?.members.map(({ name, ip }) => [name, ip])).toEqual([
      ['VM-02', '10.0.0.2'],
      ['far', '10.0.0.9'],
    ]);
  });

  test('leave out a machine without an address', () => {
    const machine = machineOf(2);
    const network = { network_id: 'net_1', cidr: '10.0.0.0/24' };
    const machines = [{ ...machine, spec: { ...machine.spec, network } }];
    expect(planNetworks(requestOf({ machines })).networks).toEqual([]);
  });

  test('take nothing into configuration files that is not an address', () => {
    const map = {
      version: '1',
      tunnels: ['192.0.2.2 dev eth0'],
      networks: [
        {
          ...MAPPED,
          peers: ['x\nlink delete eth0'],
          dns_servers: ['9.9.9.9\nuser=root', '9.9.9.9'],
          members: [{ vm_id: 'vm_8', name: 'x', ip_address: '1 } accept', group_ids: [] }],
        },
      ],
    };
    const [network] = planNetworks(requestOf({ machines: [machineOf(2)], map })).networks;
    expect(network?.peers).toEqual([]);
    expect(network?.dnsServers).toEqual(['9.9.9.9']);
    expect(network?.members).toHaveLength(1);
    const odd = { ...machineOf(3), mac: '52:54:00:00:00:03\n' };
    expect(planNetworks(requestOf({ machines: [odd] })).networks[0]?.machines).toEqual([]);
  });
});

test('networks whose blocks overlap are not on one node', () => {
  const machines = [machineOf(2), machineOf(3, { networkId: 'net_2', cidr: '10.0.0.0/16' })];
  const plan = planNetworks(requestOf({ machines }));
  expect(explainClash(plan, 'net_2')).toBe('addresses of its block are in use on this node');
  expect(explainClash(planNetworks(requestOf({ machines: [machineOf(2)] })), 'net_1')).toBe(
    undefined,
  );
});
