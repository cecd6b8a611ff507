/** `plan_subnets`: divides a network into address blocks by the number of hosts of each. */
import { type Cidr, parseCidr, shortestCidr } from '@novacron/contract/formats/cidr';
import { ArgumentError, defineFunction } from '../framework/provider-function.ts';
import { int, string } from '../framework/schema/attributes.ts';
import { listOf, mapOf, objectOf } from '../framework/schema/value-type.ts';

/** More than any network has; prevents a typing error from exhausting the memory. */
const SUBNETS_MAX = 4096;

/** Network and broadcast address, and the gateway. */
const HOSTS_RESERVED = 3n;

/**
 * Blocks are aligned to their size and allocated in the order of the list, each in the first gap
 * that is large enough. A new block at the end therefore never moves the previous ones.
 */
export const planSubnets = defineFunction({
  summary: 'Divides an address block into subnets',
  description:
    'Returns a block for each name, large enough for its hosts and three reserved addresses. ' +
    'Blocks are allocated in the order of the list: adding one at the end does not move others.',
  parameters: [
    { name: 'cidr', description: 'The block to divide, such as `10.0.0.0/16`.', type: string },
    {
      name: 'subnets',
      description: 'Names, and the number of hosts of each.',
      type: listOf(objectOf({ name: string, hosts: int })),
    },
  ],
  returns: mapOf(string),
  call: ([cidr, subnets]) => {
    const whole = parseCidr(cidr);
    if (!whole.ok) throw new ArgumentError(0, whole.error);
    if (subnets.length > SUBNETS_MAX) {
      throw new ArgumentError(1, `has ${subnets.length} subnets; at most ${SUBNETS_MAX} are given`);
    }
    const planned = new Map<string, string>();
    const width = whole.value.family === 4 ? 32 : 128;
    const end = whole.value.first + (1n << BigInt(width - whole.value.prefixLength));
    let next = whole.value.first;
    for (const [index, subnet] of subnets.entries()) {
      const wanted = readSubnet(subnet, { index, taken: planned });
      const prefixLength = width - bitsFor(wanted.hosts);
      const size = 1n << BigInt(width - prefixLength);
      const first = ((next + size - 1n) / size) * size;
      if (prefixLength < whole.value.prefixLength || first + size > end) {
        throw new ArgumentError(
          1,
          `${JSON.stringify(wanted.name)} with ${wanted.hosts} hosts does not fit into the ` +
            'rest of ' +
            `${cidr}; use a larger block, fewer hosts, or put large subnets first`,
        );
      }
      const block: Cidr = { family: whole.value.family, first, prefixLength };
      planned.set(wanted.name, shortestCidr(block));
      next = first + size;
    }
    return Object.fromEntries(planned);
  },
});

/** An element of the list as Terraform passes it: any part of it may be null. */
type Asked = { readonly name: string | null; readonly hosts: number | null } | null;

function readSubnet(
  asked: Asked,
  { index, taken }: { readonly index: number; readonly taken: ReadonlyMap<string, string> },
): { readonly name: string; readonly hosts: number } {
  const { name, hosts } = asked ?? { name: null, hosts: null };
  if (name === null || name === '') throw new ArgumentError(1, `number ${index + 1} has no name`);
  if (taken.has(name)) throw new ArgumentError(1, `${JSON.stringify(name)} is used twice`);
  if (hosts === null || hosts < 1) {
    throw new ArgumentError(1, `${JSON.stringify(name)} must hold at least one host`);
  }
  if (!Number.isSafeInteger(hosts)) {
    const words = 'must hold a whole number of hosts, at most 2^53 - 1';
    throw new ArgumentError(1, `${JSON.stringify(name)} ${words}`);
  }
  return { name, hosts };
}

/** Returns the host bits of the smallest block for a number of hosts. */
function bitsFor(hosts: number): number {
  const addresses = BigInt(hosts) + HOSTS_RESERVED;
  return (addresses - 1n).toString(2).length;
}
