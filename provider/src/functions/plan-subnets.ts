/** `plan_subnets`: address blocks of a network, by the number of hosts each has to hold. */
import { type Cidr, formatCidr, parseCidr } from '@novacron/contract/cidr';
import { ArgumentError, defineFunction } from '../framework/provider-function.ts';
import { int, string } from '../framework/schema/attributes.ts';
import { listOf, mapOf, objectOf } from '../framework/schema/value-type.ts';

/** More names than any network here has; keeps a slip of the pen from filling the memory. */
const SUBNETS_MAX = 4096;

/** Network and broadcast address, and the gateway. */
const HOSTS_RESERVED = 3n;

/**
 * Blocks are aligned to their size and taken in the order of the list, each in the first gap that
 * holds it among what is left behind the ones before. One more at the end thus moves none before
 * it.
 */
export const planSubnets = defineFunction({
  summary: 'Divides an address block into subnets',
  description:
    'Answers a block for each name, large enough for its hosts besides three reserved addresses. ' +
    'Blocks are given in the order of the list: adding one at the end moves no other.',
  parameters: [
    { name: 'cidr', description: 'The block to divide, such as `10.0.0.0/16`.', type: string },
    {
      name: 'subnets',
      description: 'Names, and how many hosts each has to hold.',
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
          `${JSON.stringify(wanted.name)} with ${wanted.hosts} hosts does not fit into what ` +
            `${cidr} has left; use a larger block, fewer hosts, or put large subnets first`,
        );
      }
      const block: Cidr = { family: whole.value.family, first, prefixLength };
      planned.set(wanted.name, formatCidr(block));
      next = first + size;
    }
    return Object.fromEntries(planned);
  },
});

/** What an element of the list says, as Terraform hands it over: anything in it may be null. */
type Asked = { readonly name: string | null; readonly hosts: number | null } | null;

function readSubnet(
  asked: Asked,
  { index, taken }: { readonly index: number; readonly taken: ReadonlyMap<string, string> },
): { readonly name: string; readonly hosts: number } {
  const { name, hosts } = asked ?? { name: null, hosts: null };
  if (name === null || name === '') throw new ArgumentError(1, `number ${index + 1} has no name`);
  if (taken.has(name)) throw new ArgumentError(1, `${JSON.stringify(name)} is there twice`);
  if (hosts === null || hosts < 1) {
    throw new ArgumentError(1, `${JSON.stringify(name)} must hold at least one host`);
  }
  if (!Number.isSafeInteger(hosts)) {
    const words = 'must hold a whole number of hosts, at most 2^53 - 1';
    throw new ArgumentError(1, `${JSON.stringify(name)} ${words}`);
  }
  return { name, hosts };
}

/** Host bits of the smallest block for so many hosts. */
function bitsFor(hosts: number): number {
  const addresses = BigInt(hosts) + HOSTS_RESERVED;
  return (addresses - 1n).toString(2).length;
}
