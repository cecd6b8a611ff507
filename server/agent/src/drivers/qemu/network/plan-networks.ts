/**
 * Decides which networks a node has, and what belongs to each: a function of the machines on the
 * node and of what the server has said about their networks. Everything else here follows from it.
 */
import type { MachineIoLimits, MachineSpec } from '@novacron/contract/agent/machine';
import type { MachineFirewall, MachineNetwork } from '@novacron/contract/agent/machine-network';
import type { MappedNetwork, NetworkMap } from '@novacron/contract/agent/network-map';
import {
  type Cidr,
  formatIp,
  hostRange,
  overlaps,
  parseCidr,
  parseIp,
} from '@novacron/contract/formats/cidr';
import { gatewayMac, linksOf, tapOf, vniOf } from './network-names.ts';

/** Endpoint to which other nodes send packets of networks. */
export interface Tunnel {
  readonly address: string;
  /** MTU of the interfaces of guests: that of the host without the header of the tunnel. */
  readonly mtu: number;
}

/** Inputs that determine the networks of a node. */
export interface NetworksRequest {
  readonly node: string;
  /** Undefined: the networks of this node end at the node. */
  readonly tunnel: Tunnel | undefined;
  /** `nat`: guests reach what their host reaches, with its address. */
  readonly egress: 'nat' | 'none';
  /** Id of the user that QEMU opens its interfaces as; the agent's where undefined. */
  readonly tapUser?: number | undefined;
  /** Undefined until a server has sent one. */
  readonly map: NetworkMap | undefined;
  readonly machines: readonly NetworkedMachine[];
}

/** A machine on the node. */
export interface NetworkedMachine {
  readonly vm_id: string;
  readonly spec: Pick<MachineSpec, 'name' | 'network' | 'firewall' | 'io_limits'>;
  /** MAC address of its interface. */
  readonly mac: string;
  /** Its further interfaces; absent: none. */
  readonly further?: readonly { readonly network: MachineNetwork; readonly mac: string }[];
  /** Whether it has a process, whose interface is connected to the network. */
  readonly isConnected: boolean;
  /** Whether it arrived from another node just now, with flows that this node does not know. */
  readonly hasArrived: boolean;
}

/** The networks of a node. */
export interface NodeNetworks
  extends Pick<NetworksRequest, 'node' | 'tunnel' | 'egress' | 'tapUser'> {
  readonly networks: readonly PlannedNetwork[];
}

/** One network on a node. */
export interface PlannedNetwork {
  readonly id: string;
  /** Names what belongs to the network in rules; letters and digits. */
  readonly tag: string;
  readonly bridge: string;
  readonly tunnelLink: string;
  readonly vni: number;
  readonly cidr: string;
  readonly block: Cidr;
  /** Undefined where the block has no address for one. */
  readonly gateway: { readonly ip: string; readonly mac: string } | undefined;
  readonly dnsServers: readonly string[];
  /** Tunnel addresses of other nodes. */
  readonly peers: readonly string[];
  /** Every VM of the network with its address, those of this node included. */
  readonly members: readonly NetworkPeer[];
  readonly machines: readonly LocalMachine[];
}

/** A VM of a network. */
export interface NetworkPeer {
  readonly vm_id: string;
  readonly name: string;
  readonly ip: string;
  readonly groupIds: readonly string[];
}

/** The most that a machine receives and sends. */
export type NetworkLimits = Pick<MachineIoLimits, 'network_in_mbps' | 'network_out_mbps'>;

/** A machine of the network on this node. */
export interface LocalMachine extends NetworkPeer {
  /** Names its chains in rules. */
  readonly tag: string;
  readonly tap: string;
  readonly mac: string;
  readonly firewall: MachineFirewall | undefined;
  /** Absent: none. */
  readonly limits?: NetworkLimits;
  /** Whether it is a further interface, through which the guest has no default route. */
  readonly isFurther?: true;
  readonly isConnected: boolean;
  readonly hasArrived: boolean;
}

/** Whether the interface of a machine is connected: without an address it is not. */
export function hasAddress({ network }: Pick<MachineSpec, 'network'>): boolean {
  return network?.ip_address !== undefined;
}

/** Plans the networks. Pure; in the order of the ids. */
export function planNetworks(request: NetworksRequest): NodeNetworks {
  const { node, tunnel, egress, tapUser } = request;
  const interfaces = request.machines.flatMap((machine) => interfacesOf(node, machine));
  const ids = [...new Set(interfaces.flatMap(({ spec }) => idOf(spec)))].sort();
  return {
    node,
    tunnel,
    egress,
    ...(tapUser === undefined ? {} : { tapUser }),
    networks: ids.flatMap((id) => planNetwork(id, request, interfaces) ?? []),
  };
}

/** One interface of a machine, with its network as the network of the machine. */
interface Interface extends NetworkedMachine {
  readonly tap: string;
  readonly isFurther?: true;
}

function interfacesOf(node: string, machine: NetworkedMachine): Interface[] {
  const { vm_id, spec, further = [] } = machine;
  return [
    { ...machine, tap: tapOf(node, vm_id) },
    ...further.map(
      ({ network, mac }): Interface => ({
        ...machine,
        spec: { ...spec, network },
        mac,
        tap: tapOf(node, vm_id, network.network_id),
        isFurther: true,
      }),
    ),
  ];
}

function idOf(spec: Pick<MachineSpec, 'network'>): string[] {
  return spec.network !== null && hasAddress(spec) ? [spec.network.network_id] : [];
}

function planNetwork(
  id: string,
  request: NetworksRequest,
  interfaces: readonly Interface[],
): PlannedNetwork | undefined {
  const { node, map } = request;
  const here = interfaces.filter(({ spec }) => idOf(spec).includes(id));
  const cidr = here[0]?.spec.network?.cidr ?? '';
  const block = parseCidr(cidr);
  if (!block.ok) return undefined;
  const mapped = map?.networks.find(({ network_id }) => network_id === id);
  const local = here.flatMap(planMachine);
  const { tag, bridge, tunnel: tunnelLink } = linksOf(node, id);
  return {
    id,
    tag,
    bridge,
    tunnelLink,
    vni: vniOf(id),
    cidr,
    block: block.value,
    gateway: gatewayOf(id, block.value),
    dnsServers: (mapped?.dns_servers ?? []).filter(isIp),
    peers: peersOf(request, mapped),
    members: [...local, ...othersOf(mapped, local)],
    machines: local,
  };
}

/** Until the map has the network, every other node may have machines of it. */
function peersOf({ map, tunnel }: NetworksRequest, mapped: MappedNetwork | undefined) {
  if (tunnel === undefined) return [];
  const peers = mapped?.peers ?? map?.tunnels ?? [];
  return [...new Set(peers)].filter((peer) => peer !== tunnel.address && isIp(peer)).sort();
}

function planMachine(each: Interface): LocalMachine[] {
  const { vm_id, spec, mac, tap, isFurther, isConnected, hasArrived } = each;
  const { name, network, firewall } = spec;
  const ip = network?.ip_address ?? '';
  if (!isIp(ip) || !MAC.test(mac)) return [];
  const groupIds = firewall?.group_ids ?? [];
  const planned = { vm_id, name, ip, groupIds, tag: tap, tap, mac, firewall };
  const place = isFurther === undefined ? {} : { isFurther };
  return [{ ...planned, ...limitsOf(spec), ...place, isConnected, hasArrived }];
}

function limitsOf({ io_limits = {} }: NetworkedMachine['spec']): Pick<LocalMachine, 'limits'> {
  const { network_in_mbps, network_out_mbps } = io_limits;
  if ((network_in_mbps ?? network_out_mbps) === undefined) return {};
  return { limits: { network_in_mbps, network_out_mbps } };
}

/** Returns members elsewhere: local machines are newer than the map. */
function othersOf(mapped: MappedNetwork | undefined, local: readonly LocalMachine[]) {
  const here = new Set(local.map(({ vm_id }) => vm_id));
  return (mapped?.members ?? [])
    .filter(({ vm_id, ip_address }) => !here.has(vm_id) && isIp(ip_address))
    .map(({ vm_id, name, ip_address, group_ids }) => ({
      vm_id,
      name,
      ip: ip_address,
      groupIds: group_ids,
    }));
}

/** Values end up in configuration files: only what is an address gets there. */
const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i;
const isIp = (text: string): boolean => parseIp(text) !== undefined;

/**
 * Returns the address of the gateway of a block; undefined where it has none. The node reaches the
 * guests of the block with it, and not with another address: see `plan-routes.ts`.
 */
export function gatewayAddressOf(cidr: string): string | undefined {
  const block = parseCidr(cidr);
  return block.ok ? gatewayIpOf(block.value) : undefined;
}

/** The first address of the block behind that of the network, which no VM gets. */
function gatewayIpOf(block: Cidr): string | undefined {
  const { first, count } = hostRange(block);
  if (first === block.first || count < 1n) return undefined;
  return formatIp(block.family, block.first + 1n);
}

function gatewayOf(id: string, block: Cidr): PlannedNetwork['gateway'] {
  const ip = gatewayIpOf(block);
  return ip === undefined ? undefined : { ip, mac: gatewayMac(id) };
}

/**
 * Explains why a network cannot be on a node beside the others: the host routes by address, so the
 * blocks of networks on one node differ, and tunnels have identifiers of their own.
 * @returns undefined where it can
 */
export function explainClash(plan: NodeNetworks, networkId: string): string | undefined {
  const added = plan.networks.find(({ id }) => id === networkId);
  if (added === undefined) return undefined;
  for (const other of plan.networks) {
    if (other.id === networkId) continue;
    if (overlaps(other.block, added.block)) {
      return 'addresses of its block are in use on this node';
    }
    if (other.vni === added.vni) return 'its tunnel identifier is in use on this node';
  }
  return undefined;
}
