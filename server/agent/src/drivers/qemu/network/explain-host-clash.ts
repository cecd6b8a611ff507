/** Keeps networks of VMs apart from the network that their host is in. Pure. */
import { type Cidr, overlaps, parseIp } from '@novacron/contract/formats/cidr';
import { BRIDGE_PREFIX } from './network-names.ts';
import type { ObservedLink } from './plan-links.ts';
import type { NodeNetworks } from './plan-networks.ts';

/**
 * Explains why a network cannot be on a node whose host has addresses of its block: the host would
 * take its neighbours, and maybe its own gateway, for VMs.
 * @returns undefined where it can
 */
export function explainHostClash(
  plan: NodeNetworks,
  networkId: string,
  links: readonly Pick<ObservedLink, 'name' | 'addresses'>[],
): string | undefined {
  const added = plan.networks.find(({ id }) => id === networkId);
  if (added === undefined) return undefined;
  for (const { name, addresses } of links) {
    if (name.startsWith(BRIDGE_PREFIX)) continue;
    const taken = addresses.find((text) => isOverlapping(text, added.block));
    if (taken !== undefined) {
      return `its block ${added.cidr} overlaps the network of the host at ${name} (${taken})`;
    }
  }
  return undefined;
}

/** @param text - an address with the prefix length of its network */
function isOverlapping(text: string, block: Cidr): boolean {
  const [address = '', length = ''] = text.split('/');
  const ip = parseIp(address);
  if (ip === undefined) return false;
  const width = ip.family === 4 ? 32n : 128n;
  const size = 2n ** (width - BigInt(length || width));
  const first = ip.value - (ip.value % size);
  return overlaps({ family: ip.family, first, prefixLength: Number(length || width) }, block);
}
