/**
 * Names and addresses that follow from ids: of links, which the kernel limits to 15 characters, of
 * gateways and of tunnels. Two nodes may run on one host, so names of links differ between nodes;
 * what several nodes must agree on follows from the id of the network alone.
 */
import { createHash } from 'node:crypto';

/** The longest name of a link: IFNAMSIZ of linux/if.h without the byte that ends it. */
export const LINK_NAME_LENGTH_MAX = 15;

/** Prefix of bridge names; rules use it to distinguish networks from everything else. */
export const BRIDGE_PREFIX = 'ncb';
const TUNNEL_PREFIX = 'ncx';
const TAP_PREFIX = 'nct';

/** 12 characters of 5 bits: of a million names on a host, two are the same once in two million. */
const TAG_LENGTH = LINK_NAME_LENGTH_MAX - BRIDGE_PREFIX.length;
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const CHARACTER_MASK = 31;

/** A short name for anything, with letters and digits only. */
export function tagOf(text: string): string {
  const digest = createHash('sha256').update(text).digest();
  return [...digest.subarray(0, TAG_LENGTH)]
    .map((byte) => ALPHABET.charAt(byte & CHARACTER_MASK))
    .join('');
}

/** Names of the links of a network on a node. */
export function linksOf(node: string, networkId: string) {
  const tag = tagOf(`${node}/${networkId}`);
  return { tag, bridge: `${BRIDGE_PREFIX}${tag}`, tunnel: `${TUNNEL_PREFIX}${tag}` };
}

/**
 * Name of the interface that connects a machine to a bridge.
 * @param networkId - of a further interface; absent for the first one
 */
export function tapOf(node: string, vmId: string, networkId?: string): string {
  const machine = `${node}/${vmId}`;
  return `${TAP_PREFIX}${tagOf(networkId === undefined ? machine : `${machine}/${networkId}`)}`;
}

/** Locally administered, unicast. */
const GATEWAY_MAC_START = '02';
const MAC_TAIL_BYTES = 5;

/** The MAC address of a network's gateway: the same on every node, so that guests may move. */
export function gatewayMac(networkId: string): string {
  const digest = createHash('sha256').update(`gateway/${networkId}`).digest('hex');
  const tail = digest.slice(0, 2 * MAC_TAIL_BYTES).match(/../g) ?? [];
  return [GATEWAY_MAC_START, ...tail].join(':');
}

/** VXLAN network identifiers have 24 bits (RFC 7348); 0 is not used. */
const VNI_COUNT = 2 ** 24 - 1;

/** The VXLAN network identifier of a network, from 1 to 2^24 - 1: the same on every node. */
export function vniOf(networkId: string): number {
  const digest = createHash('sha256').update(`vni/${networkId}`).digest();
  return 1 + (digest.readUInt32BE() % VNI_COUNT);
}
