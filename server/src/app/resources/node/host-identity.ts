/** Whether a fence device switches the machine that a node's agent runs on. */

/** Result of comparing two host UUIDs. */
export type HostIdentity = 'same' | 'different' | 'unknown';

const DIGITS = 32;

/**
 * Compares the UUID that an agent has announced with that of a management controller. Controllers
 * give its bytes in the order of RFC 9562, of SMBIOS (the first three fields swapped) or of IPMI
 * (all reversed), whatever they call it.
 */
export function compareHosts(announced: string | undefined, device: string | null): HostIdentity {
  const host = digitsOf(announced ?? '');
  const said = digitsOf(device ?? '');
  if (host === undefined || said === undefined) return 'unknown';
  const orders = [said, swapFields(said), reverse(said), swapFields(reverse(said))];
  return orders.includes(host) ? 'same' : 'different';
}

/** @returns undefined for what no machine has for itself */
function digitsOf(uuid: string): string | undefined {
  const digits = uuid.replaceAll(/[^0-9a-fA-F]/g, '').toLowerCase();
  return digits.length !== DIGITS || /^(0+|f+)$/.test(digits) ? undefined : digits;
}

function reverse(digits: string): string {
  return (digits.match(/../g) ?? []).reverse().join('');
}

/** The first three fields of a UUID in the other byte order. */
function swapFields(digits: string): string {
  const parts = [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16)];
  return parts.map(reverse).join('') + digits.slice(16);
}
