/**
 * Checks networks against the blocks that the operator permits to tenants. A node connects only one
 * of several overlapping networks, so a tenant's block can exclude other tenants from a node:
 * blocks have a maximum size. A guest must not have the address of something that hosts reach:
 * blocks are private and exclude the addresses of the control plane. Existing networks are not
 * affected.
 */

import { NodeFacts } from '@novacron/contract/fleet/node-facts';
import { type Cidr, covers, overlaps, parseCidr, parseIp } from '@novacron/contract/formats/cidr';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import type { NetworkRules } from '../network-rules.ts';

/**
 * The shortest prefix of an IPv6 network: what one site gets (RFC 6177), of which a tenant has
 * 65,536 networks of the usual size.
 */
const PREFIX_MIN_IPV6 = 48;

/**
 * Checks the block of a new network. Nothing that is said names an address of a host or of another
 * tenant.
 * @returns `validation-failed` where the operator does not let a network have it
 */
export function checkNetworkBlock(
  cidr: string,
  rules: NetworkRules,
  nodes: readonly Pick<NodeRow, 'facts_json'>[],
): Problem | undefined {
  const parsed = parseCidr(cidr);
  if (!parsed.ok) return undefined;
  const { value: block } = parsed;
  const shortest = block.family === 4 ? rules.prefixMin : PREFIX_MIN_IPV6;
  if (block.prefixLength < shortest) {
    const remedy = `Use a block of at most a /${shortest}; a tenant can have several networks.`;
    return refused(cidr, `is larger than a network may be, which is a /${shortest}`, remedy);
  }
  if (!rules.allowed.some((text) => isWithin(text, block))) {
    const usual = 'Use a private block, such as 10.0.0.0/16 or fd00::/48';
    return refused(
      cidr,
      'is not within the blocks that networks may have',
      `${usual}, or have the operator of the server add it to network-blocks.`,
    );
  }
  const taken = [...rules.reserved, ...nodes.flatMap(tunnelOf)];
  if (taken.some((text) => isShared(text, block))) {
    const remedy = 'Choose a block with other addresses; the operator knows which are in use.';
    return refused(cidr, 'shares addresses with those of hosts or of the control plane', remedy);
  }
  return undefined;
}

function refused(cidr: string, message: string, remedy: string): Problem {
  return problem('validation-failed', {
    detail: `${cidr} ${message}.`,
    remedy,
    fields: [{ path: ['cidr'], message }],
  });
}

/** Most simulated nodes have none, which needs no parse of their facts. */
function tunnelOf({ facts_json: text }: Pick<NodeRow, 'facts_json'>): readonly string[] {
  if (text === null || !text.includes('"tunnel_address"')) return [];
  const facts = NodeFacts.safeParse(parseStored(text)).data;
  return facts?.tunnel_address === undefined ? [] : [facts.tunnel_address];
}

function isWithin(outer: string, block: Cidr): boolean {
  const read = readBlock(outer);
  return read !== undefined && read.family === block.family && covers(read, block);
}

function isShared(text: string, block: Cidr): boolean {
  const read = readBlock(text);
  return read !== undefined && overlaps(read, block);
}

/** @param text - a block, or an address alone */
function readBlock(text: string): Cidr | undefined {
  const address = parseIp(text);
  if (address === undefined) {
    const parsed = parseCidr(text);
    return parsed.ok ? parsed.value : undefined;
  }
  const { family, value } = address;
  return { family, first: value, prefixLength: family === 4 ? 32 : 128 };
}
