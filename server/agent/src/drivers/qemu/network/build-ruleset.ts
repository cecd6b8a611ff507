/**
 * The rules of nftables for the networks of a node. Frames are checked where they enter and leave
 * the ports of a bridge (family bridge, without state), so that a guest has only its own addresses;
 * security groups are enforced where packets pass the bridge (family inet with connection tracking,
 * which br_netfilter calls).
 * Sources: nft(8); RFC 826 and 903 for the fields of ARP and RARP; anti-spoofing as in OpenStack
 * Neutron's firewall drivers.
 */
import type { MachineRule } from '@novacron/contract/agent/machine-network';
import { parseCidr, parseIp } from '@novacron/contract/formats/cidr';
import { ALL_PORTS } from '@novacron/contract/kinds/security-group/firewall';
import { BRIDGE_PREFIX, tagOf } from './network-names.ts';
import type { LocalMachine, NetworkPeer, NodeNetworks, PlannedNetwork } from './plan-networks.ts';

/** Both tables of a node have this name. */
function tableOf(node: string): string {
  return `novacron_${tagOf(node)}`;
}

/**
 * Builds the text that replaces the rules of a node, in one transaction: `nft -f` applies all of it
 * or nothing. Connections that are tracked stay. Pure.
 */
export function buildRuleset(plan: NodeNetworks): string {
  const name = tableOf(plan.node);
  const lines = ['bridge', 'inet'].flatMap((family) => [
    // A table has to exist before it can be deleted.
    `table ${family} ${name}`,
    `delete table ${family} ${name}`,
  ]);
  if (plan.networks.length === 0) return text(lines);
  return text([
    ...lines,
    ...block(`table bridge ${name}`, bridgeChains(plan)),
    ...block(`table inet ${name}`, inetChains(plan)),
  ]);
}

const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

function block(head: string, lines: readonly string[]): string[] {
  return [`${head} {`, ...lines.map((line) => `  ${line}`), '}'];
}

/** Before connection tracking sees the packets of a bridge. */
const BEFORE_TRACKING = -300;

function bridgeChains(plan: NodeNetworks): string[] {
  const ports = plan.networks.flatMap((network) => [
    ...network.machines.map((machine) => tapPort(network, machine)),
    tunnelPort(network),
  ]);
  const inward = ports.map(({ link, tag }) => `iifname "${link}" jump from_${tag}`);
  const outward = ports.map(({ link, tag }) => `oifname "${link}" jump to_${tag}`);
  const hook = (name: string, priority: number) =>
    `type filter hook ${name} priority ${priority}; policy accept;`;
  return [
    ...ports.flatMap(({ tag, from, to }) => [
      ...block(`chain from_${tag}`, from),
      ...block(`chain to_${tag}`, to),
    ]),
    ...block('chain prerouting', [hook('prerouting', BEFORE_TRACKING), ...inward]),
    ...block('chain forward', [hook('forward', BEFORE_TRACKING), ...outward]),
    ...block('chain output', [hook('output', BEFORE_TRACKING), ...outward]),
  ];
}

interface Port {
  readonly link: string;
  readonly tag: string;
  /** Rules for frames that enter the bridge here, and for those that leave it. */
  readonly from: readonly string[];
  readonly to: readonly string[];
}

const DHCP_ANSWER = 'udp sport 67 udp dport 68';
const DHCP_REQUEST = 'udp sport 68 udp dport 67';

/** A guest sends with its own addresses, and gets what is sent to them. */
function tapPort(network: PlannedNetwork, { tap, tag, mac, ip, limits }: LocalMachine): Port {
  const word = wordOf(ip);
  return {
    link: tap,
    tag,
    from: [
      ...rateRules(limits?.network_out_mbps),
      // br_netfilter does not look into tagged frames.
      'ether type { 8021q, 8021ad } drop',
      `ether saddr != ${mac} drop`,
      // QEMU announces a machine that has moved with reverse ARP.
      'ether type 0x8035 accept',
      `ether type arp arp saddr ether ${mac} arp saddr ip { ${arpSenders(ip)} } accept`,
      ...(network.block.family === 6
        ? [`ip6 saddr fe80::/10 meta l4proto ipv6-icmp ${NEIGHBOUR_DISCOVERY} accept`]
        : []),
      ...(network.gateway === undefined ? [] : [`ip saddr 0.0.0.0 ${DHCP_REQUEST} accept`]),
      // A guest is no DHCP server.
      `${DHCP_ANSWER} drop`,
      `${word} saddr ${ip} accept`,
      'drop',
    ],
    to: [
      ...rateRules(limits?.network_in_mbps),
      'ether type arp accept',
      `${word} daddr ${ip} accept`,
      `ether saddr ${network.gateway?.mac ?? mac} ${DHCP_ANSWER} accept`,
      ...(network.block.family === 6
        ? [`meta l4proto ipv6-icmp ${NEIGHBOUR_DISCOVERY} accept`]
        : []),
      'drop',
    ],
  };
}

const BYTES_PER_MBIT = 125_000;

/**
 * Drops what exceeds a rate: senders of TCP slow down to it. What comes at once after a pause is at
 * most what a second carries, which is how the kernel counts (`nft_limit`). Unit: Mbit/s.
 */
function rateRules(mbps: number | undefined): string[] {
  if (mbps === undefined) return [];
  return [`limit rate over ${mbps * BYTES_PER_MBIT} bytes/second drop`];
}

const NEIGHBOUR_DISCOVERY = 'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert }';

/** A guest asks whether its address is free with 0.0.0.0 (RFC 5227). */
function arpSenders(ip: string): string {
  return parseIp(ip)?.family === 4 ? `0.0.0.0, ${ip}` : '0.0.0.0';
}

/** Every node has the gateway and a DHCP server of its own: nothing of them passes the tunnel. */
function tunnelPort({ tunnelLink, gateway }: PlannedNetwork): Port {
  const own =
    gateway === undefined
      ? []
      : [
          `ether saddr ${gateway.mac} drop`,
          `ether daddr ${gateway.mac} drop`,
          ...(parseIp(gateway.ip)?.family === 4
            ? [
                `ether type arp arp saddr ip ${gateway.ip} drop`,
                `ether type arp arp daddr ip ${gateway.ip} drop`,
              ]
            : []),
        ];
  const rules = [...own, `${DHCP_REQUEST} drop`, `${DHCP_ANSWER} drop`];
  return { link: tunnelLink, tag: tunnelLink, from: rules, to: rules };
}

function inetChains(plan: NodeNetworks): string[] {
  const { networks } = plan;
  return [
    ...networks.flatMap(groupSets),
    ...networks.flatMap((network) => [
      ...network.machines.flatMap((machine) => machineChains(network, machine)),
      ...networkChains(plan, network),
    ]),
    ...block('chain forward', [
      'type filter hook forward priority 0; policy accept;',
      ...networks.flatMap(({ bridge, tag }) => [
        `iifname "${bridge}" oifname "${bridge}" goto within_${tag}`,
        `iifname "${bridge}" goto leaving_${tag}`,
        `oifname "${bridge}" goto entering_${tag}`,
      ]),
    ]),
    ...block('chain input', [
      'type filter hook input priority 0; policy accept;',
      ...networks.map(({ bridge, tag }) => `iifname "${bridge}" goto host_${tag}`),
    ]),
    ...block('chain output', [
      'type filter hook output priority 0; policy accept;',
      ...networks.map(({ bridge, tag }) => `oifname "${bridge}" goto guests_${tag}`),
    ]),
    ...natChain(plan),
  ];
}

const ESTABLISHED = 'ct state established,related accept';

/**
 * Returns the chains for packets of a network: to its machines, out of it, into it, to and from the
 * host.
 */
function networkChains({ egress }: NodeNetworks, network: PlannedNetwork): string[] {
  const { tag, machines, gateway } = network;
  const discovery =
    network.block.family === 6 ? [`meta l4proto ipv6-icmp ${NEIGHBOUR_DISCOVERY} accept`] : [];
  const sends = verdicts('saddr', machines, 'jump out');
  const receives = verdicts('daddr', machines, 'goto in');
  const arrived = machines.filter(({ hasArrived }) => hasArrived).flatMap(keepFlows);
  const routed = egress === 'nat';
  return [
    ...block(`chain within_${tag}`, [
      ESTABLISHED,
      ...discovery,
      ...arrived,
      ...sends,
      ...receives,
      'accept',
    ]),
    ...block(
      `chain leaving_${tag}`,
      routed
        ? [`oifname "${BRIDGE_PREFIX}*" drop`, ESTABLISHED, ...arrived, ...sends, 'accept']
        : ['drop'],
    ),
    ...block(
      `chain entering_${tag}`,
      routed
        ? [`iifname "${BRIDGE_PREFIX}*" drop`, ESTABLISHED, ...arrived, ...receives, 'drop']
        : ['drop'],
    ),
    ...block(`chain host_${tag}`, [
      ESTABLISHED,
      `${DHCP_REQUEST} accept`,
      ...(gateway === undefined ? [] : serviceRules(gateway.ip)),
      'drop',
    ]),
    ...block(`chain guests_${tag}`, [ESTABLISHED, `${DHCP_ANSWER} accept`, ...receives, 'drop']),
  ];
}

/** The gateway answers names and echo requests. */
function serviceRules(ip: string): string[] {
  const to = `${wordOf(ip)} daddr ${ip}`;
  return [
    `${to} meta l4proto { tcp, udp } th dport 53 accept`,
    `${to} icmp type echo-request accept`,
  ];
}

/**
 * Connections are not tracked across nodes. While a machine arrives, packets in the middle of a
 * connection are let through, so that tracking learns its flows from them.
 */
function keepFlows({ ip }: LocalMachine): string[] {
  const middle = 'tcp flags & (syn | rst) == 0x0 accept';
  return [`${wordOf(ip)} daddr ${ip} ${middle}`, `${wordOf(ip)} saddr ${ip} ${middle}`];
}

function verdicts(
  side: 'saddr' | 'daddr',
  machines: readonly LocalMachine[],
  verdict: string,
): string[] {
  return (['ip', 'ip6'] as const).flatMap((word) => {
    const entries = machines
      .filter(({ ip }) => wordOf(ip) === word)
      .map(({ ip, tag }) => `${ip} : ${verdict}_${tag}`);
    return entries.length === 0 ? [] : [`${word} ${side} vmap { ${entries.join(', ')} }`];
  });
}

/** Returns a machine's traffic chains; the engine's folder `network` answers the same question. */
function machineChains(network: PlannedNetwork, machine: LocalMachine): string[] {
  const { tag, firewall } = machine;
  const rules = firewall?.rules ?? [];
  const chosen = (direction: MachineRule['direction'], action: 'allow' | 'deny') =>
    rules
      .filter((rule) => rule.direction === direction && (rule.action ?? 'allow') === action)
      .flatMap((rule) => matchOf(network, rule));
  const out = chosen('egress', 'allow');
  const hasEgress = rules.some(
    ({ direction, action }) => direction === 'egress' && action !== 'deny',
  );
  const isGuarded = firewall !== undefined && firewall.group_ids.length + rules.length > 0;
  const inside = `${wordOf(network.cidr)} saddr ${network.cidr} accept`;
  return [
    ...block(`chain out_${tag}`, [
      ...chosen('egress', 'deny').map((match) => `${match} drop`),
      ...out.map((match) => `${match} return`),
      ...(hasEgress ? ['drop'] : []),
    ]),
    ...block(`chain in_${tag}`, [
      ...chosen('ingress', 'deny').map((match) => `${match} drop`),
      ...(isGuarded ? chosen('ingress', 'allow').map((match) => `${match} accept`) : [inside]),
      'drop',
    ]),
  ];
}

/** Returns what a rule matches; nothing where it is not understood, so that it allows nothing. */
function matchOf(network: PlannedNetwork, rule: MachineRule): string[] {
  const side = rule.direction === 'ingress' ? 'saddr' : 'daddr';
  const peer = peerOf(network, rule, side);
  const packet = packetOf(rule);
  return peer === undefined || packet === undefined ? [] : [`${peer} ${packet}`.trim()];
}

function peerOf(network: PlannedNetwork, { group_id, cidr }: MachineRule, side: string) {
  if (group_id !== null) {
    return `${wordOf(network.cidr)} ${side} @${groupSet(network, group_id)}`;
  }
  const block = parseCidr(cidr ?? '');
  if (!block.ok) return undefined;
  if (block.value.prefixLength === 0) return `meta nfproto ipv${block.value.family}`;
  return `${wordOf(cidr ?? '')} ${side} ${cidr}`;
}

const PORTS = /^\d{1,5}(-\d{1,5})?$/;

function packetOf({ protocol, ports: said }: MachineRule): string | undefined {
  const ports = said === ALL_PORTS ? null : said;
  if (ports !== null && !PORTS.test(ports)) return undefined;
  if (protocol === 'icmp') return 'meta l4proto { icmp, ipv6-icmp }';
  if (protocol === 'any')
    return ports === null ? '' : `meta l4proto { tcp, udp } th dport ${ports}`;
  return ports === null ? `meta l4proto ${protocol}` : `${protocol} dport ${ports}`;
}

/** The addresses of the VMs of each group that a rule of the network names. */
function groupSets(network: PlannedNetwork): string[] {
  const named = network.machines.flatMap(({ firewall }) =>
    (firewall?.rules ?? []).flatMap(({ group_id }) => group_id ?? []),
  );
  const family = network.block.family;
  return [...new Set(named)].sort().flatMap((groupId) => {
    const addresses = addressesOf(network.members, groupId, family);
    const elements = addresses.length === 0 ? [] : [`elements = { ${addresses.join(', ')} }`];
    return block(`set ${groupSet(network, groupId)}`, [`type ipv${family}_addr`, ...elements]);
  });
}

function addressesOf(members: readonly NetworkPeer[], groupId: string, family: 4 | 6): string[] {
  const found = members.filter(
    ({ groupIds, ip }) => groupIds.includes(groupId) && parseIp(ip)?.family === family,
  );
  return [...new Set(found.map(({ ip }) => ip))].sort();
}

function groupSet({ id }: PlannedNetwork, groupId: string): string {
  return `group_${tagOf(`${id}/${groupId}`)}`;
}

/** Packets within a bridge pass this chain too, and keep their addresses. */
function natChain({ egress, networks }: NodeNetworks): string[] {
  if (egress === 'none') return [];
  return block('chain postrouting', [
    'type nat hook postrouting priority 100; policy accept;',
    ...networks.map(
      ({ cidr }) => `${wordOf(cidr)} saddr ${cidr} oifname != "${BRIDGE_PREFIX}*" masquerade`,
    ),
  ]);
}

/** The header that an address or block belongs to. */
function wordOf(address: string): 'ip' | 'ip6' {
  return address.includes(':') ? 'ip6' : 'ip';
}
