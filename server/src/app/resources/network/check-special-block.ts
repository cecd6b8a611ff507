/**
 * Address blocks that no network can have, because hosts treat their addresses in a way of their
 * own. Source: the IANA special-purpose address registries (RFC 6890). Private, shared and
 * documentation blocks are ordinary addresses to hosts, and are accepted.
 */
import { overlaps, parseCidr } from '@novacron/contract/formats/cidr';
import { type Problem, problem } from '@novacron/contract/problem/problem';

const SPECIAL_BLOCKS: readonly (readonly [cidr: string, purpose: string])[] = [
  ['0.0.0.0/8', 'a host that has no address yet (RFC 1122)'],
  ['127.0.0.0/8', 'loopback on each host (RFC 1122)'],
  ['169.254.0.0/16', 'link-local addresses (RFC 3927)'],
  ['224.0.0.0/4', 'multicast (RFC 5771)'],
  ['240.0.0.0/4', 'future use and broadcast (RFC 1112, RFC 919)'],
  ['::/128', 'a host that has no address yet (RFC 4291)'],
  ['::1/128', 'loopback on each host (RFC 4291)'],
  ['::ffff:0:0/96', 'IPv4 addresses written as IPv6 (RFC 4291)'],
  ['fe80::/10', 'link-local addresses (RFC 4291)'],
  ['ff00::/8', 'multicast (RFC 4291)'],
];

/**
 * Checks the block of a new network.
 * @returns `validation-failed` where it is every address or shares one with a special block
 */
export function checkSpecialBlock(cidr: string): Problem | undefined {
  const block = parseCidr(cidr);
  if (!block.ok) return undefined;
  // A rule of a firewall may be about every address; a network cannot consist of them.
  if (block.value.prefixLength === 0) {
    return unusable(cidr, 'is every address, not the block of a network');
  }
  const found = SPECIAL_BLOCKS.find(([special]) => {
    const parsed = parseCidr(special);
    return parsed.ok && overlaps(parsed.value, block.value);
  });
  if (found === undefined) return undefined;
  const [special, purpose] = found;
  const relation = special === cidr ? 'is' : `shares addresses with ${special}, which is`;
  return unusable(cidr, `${relation} reserved for ${purpose}`);
}

function unusable(cidr: string, message: string): Problem {
  return problem('validation-failed', {
    detail: `${cidr} ${message}.`,
    remedy: 'Use a private block, such as 10.0.0.0/16 or fd00::/48.',
    fields: [{ path: ['cidr'], message }],
  });
}
