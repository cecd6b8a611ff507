/** Keeps networks of VMs apart from the networks that their host uses. Pure. */
import { type Cidr, covers, overlaps, parseCidr, parseIp } from '@novacron/contract/formats/cidr';
import { BRIDGE_PREFIX } from './network-names.ts';
import type { ObservedLink } from './plan-links.ts';
import type { NodeNetworks } from './plan-networks.ts';
import type { ObservedRoute } from './plan-routes.ts';

/** Networks that a host uses itself. */
export interface HostUse {
  readonly links: readonly Pick<ObservedLink, 'name' | 'addresses'>[];
  readonly routes: readonly Pick<ObservedRoute, 'family' | 'to' | 'table' | 'link' | 'gateway'>[];
  /** Addresses that it reaches for its own work. */
  readonly needs: readonly string[];
}

/**
 * Explains why a network cannot be on a node: the host has addresses of its block, routes to a part
 * of it or needs an address of it. The address of the gateway would be one of the host's own, and
 * guests could not tell their neighbours from what the host reaches.
 * @returns undefined where it can; else a clause, whose addresses are for the operator of the host
 */
export function explainHostClash(
  plan: Pick<NodeNetworks, 'networks'>,
  networkId: string,
  { links, routes, needs }: HostUse,
): string | undefined {
  const added = plan.networks.find(({ id }) => id === networkId);
  if (added === undefined) return undefined;
  const { block } = added;
  for (const { name, addresses } of links) {
    if (name.startsWith(BRIDGE_PREFIX)) continue;
    const taken = addresses.find((text) => isOverlapping(text, block));
    if (taken !== undefined) return `its block overlaps the network of the host at ${taken}`;
  }
  const own = routes.filter(({ link, table }) => !isOfNetworks(link) && table !== 'local');
  const needed = [...needs, ...own.flatMap(({ gateway }) => gateway ?? [])];
  const found = needed.find((address) => isOverlapping(address, block));
  if (found !== undefined) return `its block has an address that the host uses (${found})`;
  const route = own.find(({ to }) => {
    const reached = blockOf(to);
    return reached !== undefined && reached.prefixLength > 0 && covers(block, reached);
  });
  return route && `its block has addresses that the host has a route to (${route.to})`;
}

function isOfNetworks(link: string | undefined): boolean {
  return link?.startsWith(BRIDGE_PREFIX) ?? false;
}

/** @param text - an address, alone or with the prefix length of its network */
function isOverlapping(text: string, block: Cidr): boolean {
  const [address = '', length] = text.split('/');
  const ip = parseIp(address);
  if (ip === undefined) return false;
  const width = ip.family === 4 ? 32n : 128n;
  const prefix = BigInt(length ?? width);
  const first = ip.value - (ip.value % 2n ** (width - prefix));
  return overlaps({ family: ip.family, first, prefixLength: Number(prefix) }, block);
}

/** Undefined for `default`. @param text - a block, or an address alone */
function blockOf(text: string): Cidr | undefined {
  const address = parseIp(text);
  if (address === undefined) {
    const parsed = parseCidr(text);
    return parsed.ok ? parsed.value : undefined;
  }
  const { family, value } = address;
  return { family, first: value, prefixLength: family === 4 ? 32 : 128 };
}
