/** Selects the guest-reported addresses to show. */
import { canonicalAddress } from './canonical-address.ts';
import { covers, parseCidr, parseIp } from './cidr.ts';

/** More than a guest needs; the rest is left out, as a guest can report what it likes. */
export const GUEST_ADDRESSES_MAX = 64;

/** Loopback and link-local (RFC 5735, RFC 4291), and what names no host. */
const HIDDEN = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '::/127', 'fe80::/10'].flatMap(
  (text) => {
    const block = parseCidr(text);
    return block.ok ? [block.value] : [];
  },
);

/**
 * Chooses what is shown of the addresses that a guest reports: not those of loopback and of links.
 * @param reported - as the guest spells them, in any order; other texts are left out
 * @returns the first {@link GUEST_ADDRESSES_MAX}, each once, IPv4 first, in order of their values
 */
export function shownAddresses(reported: readonly string[]): readonly string[] {
  const found = reported.flatMap((text) => {
    const address = parseIp(text);
    return address === undefined || isHidden(address) ? [] : [{ ...address, text }];
  });
  const sorted = found.sort((left, right) => {
    if (left.family !== right.family) return left.family - right.family;
    return left.value < right.value ? -1 : 1;
  });
  const texts = sorted.map(({ text }) => String(canonicalAddress(text)));
  return [...new Set(texts)].slice(0, GUEST_ADDRESSES_MAX);
}

function isHidden({ family, value }: NonNullable<ReturnType<typeof parseIp>>): boolean {
  const address = { family, first: value, prefixLength: family === 4 ? 32 : 128 };
  return HIDDEN.some((block) => covers(block, address));
}
