/**
 * Leaves out of a message what tenants must not learn of a host: what the driver and the programs
 * of the host say is meant for its operator, and names paths, devices and addresses. The log of the
 * agent has the whole message. Pure.
 */
import { parseIp } from '@novacron/contract/formats/cidr';

/**
 * A path from the root on, with quotes around it. What follows a letter, a digit, a colon or a
 * slash is part of an address of the web, of a block, or of words such as "and/or".
 */
const PATH = /(?<![\w:/.)\]-])(['"`]?)\/[\w.@%+~=,:*-]+(?:\/[\w.@%+~=,:*-]*)*\1/g;
/** Punctuation after a path that is not part of it. */
const PUNCTUATION = /[.,:]+$/;

/** Domain, bus, device and function of a PCI device. */
const PCI_DEVICE = /\b[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]\b/gi;

/** With a port or the length of a prefix; what follows a slash is part of an address of the web. */
const IPV4 = /(?<![\w./:@-])(\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5}|\/\d{1,2})?(?![\w-]|\.\d)/g;
const IPV6 = /(?<![\w./@[-])\[?([0-9a-f]*:[0-9a-f:]+)\]?(?::\d{1,5}|\/\d{1,3})?(?![\w-]|\.\d)/gi;

/** Masks paths and devices, in what is said of a guest: its own addresses may be read. */
export function maskPaths(message: string): string {
  return message
    .replace(PATH, (found) => {
      const rest = PUNCTUATION.exec(found)?.[0] ?? '';
      return `a path of the host${rest}`;
    })
    .replace(PCI_DEVICE, 'of the host');
}

/**
 * Masks addresses too.
 * @example maskHostDetails("cannot open '/srv/a.img'.") // 'cannot open a path of the host.'
 */
export function maskHostDetails(message: string): string {
  const mask = (found: string, address: string): string =>
    parseIp(address) === undefined ? found : 'an address of the host';
  return maskPaths(message).replace(IPV4, mask).replace(IPV6, mask);
}
