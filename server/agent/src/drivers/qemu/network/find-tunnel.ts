/** Finds the link over which a node reaches the others. */

import type { NetworkPrograms } from './network-programs.ts';
import { observeLinks } from './observe-links.ts';
import type { Tunnel } from './plan-networks.ts';

/** Bytes that VXLAN adds to a packet: Ethernet, VXLAN, UDP and IP headers (RFC 7348). */
const VXLAN_BYTES = { 4: 50, 6: 70 } as const;

/** Returns the tunnel of a node; undefined where no link of the host has the address. */
export async function findTunnel(
  programs: NetworkPrograms,
  address: string,
): Promise<Tunnel | undefined> {
  const links = await observeLinks(programs);
  const link = links.find(({ addresses }) =>
    addresses.some((each) => each.startsWith(`${address}/`)),
  );
  if (link === undefined) return undefined;
  return { address, mtu: link.mtu - VXLAN_BYTES[address.includes(':') ? 6 : 4] };
}
