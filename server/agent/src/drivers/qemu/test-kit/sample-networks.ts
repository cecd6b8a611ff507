/** Networks that tests plan. */
import type { MachineRule } from '@novacron/contract/agent/machine-network';
import type { NetworkedMachine, NetworksRequest } from '../network/plan-networks.ts';

/** A rule that lets everything in, with what the test cares about laid over it. */
export function ruleOf(overrides: Partial<MachineRule> = {}): MachineRule {
  return {
    direction: 'ingress',
    protocol: 'any',
    ports: null,
    cidr: overrides.group_id === undefined ? '0.0.0.0/0' : null,
    group_id: null,
    ...overrides,
  };
}

/** Network connection of a machine. */
export interface Connection {
  readonly networkId?: string;
  readonly cidr?: string;
  readonly groupIds?: readonly string[];
  /** No firewall where absent. */
  readonly rules?: readonly MachineRule[];
}

/** A machine with a process; its addresses follow from its number. */
export function machineOf(
  number: number,
  { networkId = 'net_1', cidr = '10.0.0.0/24', groupIds = [], rules }: Connection = {},
): NetworkedMachine {
  const tail = String(number).padStart(2, '0');
  const ip_address = `${cidr.replace(/[0-9a-f]*\/.*$/, '')}${number}`;
  const network = { network_id: networkId, cidr, ip_address };
  const firewall = rules && { group_ids: [...groupIds], rules: [...rules] };
  return {
    vm_id: `vm_${tail}`,
    mac: `52:54:00:00:00:${tail}`,
    isConnected: true,
    hasArrived: false,
    spec: { name: `VM-${tail}`, network, ...(firewall === undefined ? {} : { firewall }) },
  };
}

/** Returns the network request of a node with a tunnel. */
export function requestOf(overrides: Partial<NetworksRequest> = {}): NetworksRequest {
  return {
    node: 'node-01',
    tunnel: { address: '192.0.2.1', mtu: 1_450 },
    egress: 'none',
    map: undefined,
    machines: [],
    ...overrides,
  };
}
