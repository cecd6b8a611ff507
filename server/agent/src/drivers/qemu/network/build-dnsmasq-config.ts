/**
 * The configuration of dnsmasq for one network on one node: it gives the machines of this node
 * their addresses, and answers the names of all VMs of the network. Everything is in this one file,
 * which dnsmasq reads before it gives up its privileges; where it changes, dnsmasq starts again.
 * Source of the options: dnsmasq(8).
 */
import { hostRange } from '@novacron/contract/formats/cidr';
import type { NetworkPeer, NodeNetworks, PlannedNetwork } from './plan-networks.ts';

/** The domain of VMs; ICANN has reserved `internal` for private use. */
const GUEST_DOMAIN = 'novacron.internal';

/** MTU of a bridge without a tunnel. Unit: bytes. */
export const MTU_DEFAULT = 1_500;

/** Lease time after which a guest renews its address; it gets the same address. */
const LEASE = '12h';

/** Tags the further interfaces of guests. */
const FURTHER = 'further';

/** A label of a host name (RFC 1123). Names with other characters are not resolved. */
const HOST_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** Host names that dnsmasq would read as an address, as the time of a lease, or as a command. */
const MEANS_MORE = /^(ignore|infinite|[\d.]+[smhdw]?)$/;

/** Whether dnsmasq runs for a network: an IPv4 network with room for a gateway. */
export function hasDhcp({ block, gateway }: PlannedNetwork): boolean {
  return block.family === 4 && gateway !== undefined && hostRange(block).count > 0n;
}

/** Builds the file; for networks with {@link hasDhcp}. Pure. */
export function buildDnsmasqConfig(
  { tunnel, egress }: Pick<NodeNetworks, 'tunnel' | 'egress'>,
  network: PlannedNetwork,
): string {
  const { bridge, cidr, gateway, dnsServers, members, machines } = network;
  const [first] = cidr.split('/');
  const named = members.filter(({ ip }) => !ip.includes(':'));
  const lines = [
    `interface=${bridge}`,
    'except-interface=lo',
    'bind-interfaces',
    'no-hosts',
    'no-resolv',
    'no-poll',
    // Every address is reserved, so there is nothing to remember.
    'leasefile-ro',
    'dhcp-authoritative',
    // A guest is not asked for its name: it could say that of another host.
    'dhcp-ignore-names',
    `dhcp-range=${first},static,${netmaskOf(network)},${LEASE}`,
    `dhcp-option=option:dns-server,${gateway?.ip}`,
    `dhcp-option=option:mtu,${tunnel?.mtu ?? MTU_DEFAULT}`,
    // Without a value: no default route, because nothing would be at its end.
    egress === 'nat' ? `dhcp-option=option:router,${gateway?.ip}` : 'dhcp-option=option:router',
    // What is tagged counts more: a guest has one default route, that of its first interface.
    ...(machines.some(({ isFurther }) => isFurther)
      ? [`dhcp-option=tag:${FURTHER},option:router`]
      : []),
    `domain=${GUEST_DOMAIN}`,
    `local=/${GUEST_DOMAIN}/`,
    ...dnsServers.map((server) => `server=${server}`),
    ...machines.map(({ mac, ip, name, isFurther }) => {
      const tags = isFurther ? [`set:${FURTHER}`] : [];
      const given = hostName(name).filter((host) => !MEANS_MORE.test(host));
      return `dhcp-host=${[mac, ...tags, ip, ...given].join(',')}`;
    }),
    ...[...recordsOf(named)].map(([host, ip]) => `host-record=${namesOf(host)},${ip}`),
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * One VM for each name: names that differ in their letters' case only are one, and belong to the VM
 * that is spelled as they are resolved.
 */
function recordsOf(members: readonly NetworkPeer[]): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (const { name, ip } of members) {
    for (const host of hostName(name)) {
      if (host === name || !records.has(host)) records.set(host, ip);
    }
  }
  return records;
}

/** A name with dots may be that of a host elsewhere: it is resolved within the domain only. */
function namesOf(host: string): string {
  const whole = `${host}.${GUEST_DOMAIN}`;
  return host.includes('.') ? whole : `${whole},${host}`;
}

/** In lower case, as names are resolved; nothing for a name that is no host name. */
function hostName(name: string): string[] {
  const lower = name.toLowerCase();
  return HOST_NAME.test(lower) ? [lower] : [];
}

const OCTETS = [24, 16, 8, 0];
const OCTET_MASK = 0xff;
const IPV4_BITS = 32;

function netmaskOf({ block: { prefixLength } }: PlannedNetwork): string {
  const mask = prefixLength === 0 ? 0 : (-1 << (IPV4_BITS - prefixLength)) >>> 0;
  return OCTETS.map((shift) => (mask >>> shift) & OCTET_MASK).join('.');
}
