/**
 * Plans what is done to the links of a host, so that they are those of the networks of a node: a
 * bridge and a VXLAN device for each network, and a tap for each machine that has a process.
 * Links carry an alias that names their owner; links without it, or of another node, are not
 * touched.
 * Sources: ip-link(8), bridge(8), RFC 7348.
 */
import { formatIp, parseIp } from '@novacron/contract/formats/cidr';
import { MTU_DEFAULT } from './build-dnsmasq-config.ts';
import type { NodeNetworks, PlannedNetwork } from './plan-networks.ts';

/**
 * A link of the host, as `ip -j -d address` reports it,
 * with the addresses of {@link spellAddress}.
 */
export interface ObservedLink {
  readonly name: string;
  readonly alias: string | undefined;
  readonly mtu: number;
  readonly isUp: boolean;
  readonly master: string | undefined;
  readonly mac: string | undefined;
  readonly vxlan: { readonly id: number; readonly local: string | undefined } | undefined;
  /** Addresses with their prefix length. */
  readonly addresses: readonly string[];
  /** For a VXLAN device: where frames go whose receiver is not known. */
  readonly peers: readonly string[];
}

/** One command: a program and its arguments; `ip6` is `ip` for IPv6. */
export type HostCommand = readonly [program: 'ip' | 'ip6' | 'bridge', ...args: string[]];

interface DesiredLink {
  readonly name: string;
  readonly mtu: number;
  readonly make: HostCommand;
  readonly master?: string;
  readonly mac?: string;
  readonly vxlan?: { readonly id: number; readonly local: string };
  readonly address?: string;
  readonly peers?: readonly string[];
}

/** Receives every frame whose receiver is not known. */
const UNKNOWN_RECEIVER = '00:00:00:00:00:00';
/** RFC 7348. */
const VXLAN_PORT = '4789';

/**
 * Plans the commands; none where everything is as it is to be. Pure.
 * @returns a sentence where another link with such a name is in the way
 */
export function planLinks(
  plan: NodeNetworks,
  observed: readonly ObservedLink[],
): { readonly commands: readonly HostCommand[]; readonly trouble?: string } {
  const links = plan.networks.flatMap((network) => linksOfNetwork(plan, network));
  const byName = new Map(observed.map((link) => [link.name, link]));
  const wanted = new Set(links.map(({ name }) => name));
  const alias = aliasOf(plan.node);
  const foreign = links.find(({ name }) => ![undefined, alias].includes(byName.get(name)?.alias));
  if (foreign !== undefined) {
    const trouble = `The link ${foreign.name} is on this host already and is not of ${plan.node}.`;
    return { commands: [], trouble };
  }
  const needless = observed.filter((link) => link.alias === alias && !wanted.has(link.name));
  return {
    commands: [
      ...needless.map(({ name }): HostCommand => ['ip', 'link', 'delete', 'dev', name]),
      ...links.flatMap((link) => changeLink(alias, link, byName.get(link.name))),
    ],
  };
}

/** One spelling of an address, to compare it by: iproute2 shortens those of IPv6. */
export function spellAddress(text: string): string {
  const address = parseIp(text);
  return address === undefined ? text : formatIp(address.family, address.value);
}

/** The alias of the links of a node. */
export function aliasOf(node: string): string {
  return `novacron:${node}`;
}

function linksOfNetwork({ tunnel, tapUser }: NodeNetworks, network: PlannedNetwork): DesiredLink[] {
  const { bridge, tunnelLink, vni, gateway, block, peers, machines } = network;
  const mtu = tunnel?.mtu ?? MTU_DEFAULT;
  // Of the address alone: with the length of the block, the kernel would add a route to all of it.
  const address = gateway && `${spellAddress(gateway.ip)}/${block.family === 4 ? 32 : 128}`;
  const bridgeLink: DesiredLink = {
    name: bridge,
    mtu,
    make: ['ip', 'link', 'add', 'name', bridge, 'type', 'bridge'],
    ...(gateway === undefined ? {} : { mac: gateway.mac }),
    ...(address === undefined ? {} : { address }),
  };
  const tunnels =
    tunnel === undefined ? [] : [tunnelOf({ tunnelLink, vni, bridge, peers }, tunnel)];
  const owner = tapUser === undefined ? [] : ['user', String(tapUser)];
  const taps = machines
    .filter(({ isConnected }) => isConnected)
    .map(
      ({ tap }): DesiredLink => ({
        name: tap,
        mtu,
        master: bridge,
        make: ['ip', 'tuntap', 'add', 'dev', tap, 'mode', 'tap', ...owner],
      }),
    );
  return [bridgeLink, ...tunnels, ...taps];
}

function tunnelOf(
  network: Pick<PlannedNetwork, 'tunnelLink' | 'vni' | 'bridge' | 'peers'>,
  tunnel: NonNullable<NodeNetworks['tunnel']>,
): DesiredLink {
  const { tunnelLink: name, vni, bridge } = network;
  const { mtu } = tunnel;
  const address = spellAddress(tunnel.address);
  const peers = network.peers.map((peer) => spellAddress(peer));
  const options = ['id', String(vni), 'local', address, 'dstport', VXLAN_PORT];
  return {
    name,
    mtu,
    master: bridge,
    vxlan: { id: vni, local: address },
    peers,
    make: ['ip', 'link', 'add', 'name', name, 'type', 'vxlan', ...options],
  };
}

function changeLink(
  alias: string,
  link: DesiredLink,
  before: ObservedLink | undefined,
): HostCommand[] {
  const isOther =
    before !== undefined &&
    link.vxlan !== undefined &&
    (before.vxlan?.id !== link.vxlan.id || before.vxlan.local !== link.vxlan.local);
  const now = isOther ? undefined : before;
  const { name } = link;
  return [
    ...(isOther ? [['ip', 'link', 'delete', 'dev', name] satisfies HostCommand] : []),
    ...(now === undefined ? [link.make, withoutAutoAddress(name)] : []),
    ...settings(alias, link, now),
    ...addressCommands(link, now),
    ...peerCommands(link, now),
  ];
}

/** The host itself has no IPv6 address in networks of guests. */
function withoutAutoAddress(name: string): HostCommand {
  return ['ip', 'link', 'set', 'dev', name, 'addrgenmode', 'none'];
}

function settings(alias: string, link: DesiredLink, now: ObservedLink | undefined): HostCommand[] {
  const { name, mtu, master, mac } = link;
  const words = [
    ...(now?.alias === alias ? [] : ['alias', alias]),
    ...(now?.mtu === mtu ? [] : ['mtu', String(mtu)]),
    ...(mac === undefined || now?.mac === mac ? [] : ['address', mac]),
    ...(master === undefined || now?.master === master ? [] : ['master', master]),
    ...(now?.isUp === true ? [] : ['up']),
  ];
  return words.length === 0 ? [] : [['ip', 'link', 'set', 'dev', name, ...words]];
}

/** Spelled in full. */
const LINK_LOCAL = /^fe[89ab][0-9a-f]:/;

function addressCommands({ name, address }: DesiredLink, now: ObservedLink | undefined) {
  const there = now?.addresses ?? [];
  const needless = there.filter((each) => each !== address && !LINK_LOCAL.test(each));
  return [
    ...needless.map((each): HostCommand => ['ip', 'address', 'delete', each, 'dev', name]),
    ...(address === undefined || there.includes(address)
      ? []
      : [['ip', 'address', 'add', address, 'dev', name] satisfies HostCommand]),
  ];
}

function peerCommands({ name, peers = [] }: DesiredLink, now: ObservedLink | undefined) {
  const there = now?.peers ?? [];
  const command = (verb: 'append' | 'delete', peer: string): HostCommand => {
    return ['bridge', 'fdb', verb, UNKNOWN_RECEIVER, 'dev', name, 'dst', peer];
  };
  return [
    ...there.filter((peer) => !peers.includes(peer)).map((peer) => command('delete', peer)),
    ...peers.filter((peer) => !there.includes(peer)).map((peer) => command('append', peer)),
  ];
}
