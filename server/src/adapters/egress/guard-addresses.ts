/**
 * Decides which addresses the server connects to for others. Names are resolved once, every address
 * is checked, and the connection uses the addresses that were checked: a name that stands for
 * another address a moment later (DNS rebinding) leads nowhere else.
 * Sources: OWASP, server-side request forgery; IANA special-purpose address registries.
 */
import { type LookupAddress, promises } from 'node:dns';
import { BlockList, isIP, isIPv4, type LookupFunction } from 'node:net';
import { REFUSED_IPV4 } from '@novacron/contract/formats/refused-addresses';

/**
 * Trust in a host: `named` is a host that the operator configured by this address, or as the
 * identity provider, so that it may be in a private network; `public` is any other.
 */
export type HostTrust = 'named' | 'public';

/** Resolves a name to all of its addresses. Rejects where it has none. */
export type ResolveName = (name: string) => Promise<readonly LookupAddress[]>;

/** Error for a connection refused before anything is sent; the message contains no address. */
export class RefusedAddress extends Error {
  override readonly name = 'RefusedAddress';
}

/** Checks addresses. */
export interface AddressGuard {
  /** Returns the fault of an address, in words that follow "it is"; undefined if there is none. */
  readonly faultOf: (address: string, trust: HostTrust) => string | undefined;
  /** @throws RefusedAddress where the host is an address itself, and refused */
  readonly checkLiteral: (host: string, trust: HostTrust) => void;
  /** The `lookup` of a connection, which fails with a {@link RefusedAddress}. */
  readonly lookupFor: (trust: HostTrust) => LookupFunction;
}

/**
 * Addresses of one link, services of clouds that issue credentials, and special addresses. Node.js
 * finds an IPv4 address in a block in its IPv6 form, too (`::ffff:10.0.0.1`).
 */
const NEVER = blocksOf([
  ...REFUSED_IPV4,
  ['fe80::', 10],
  ['fd00:ec2::', 32],
  ['ff00::', 8],
  // Addresses that contain an IPv4 address, which a router on the way would connect to.
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['2001::', 32],
]);

const PRIVATE = blocksOf([
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['::1', 128],
  ['fc00::', 7],
  ['fec0::', 10],
]);

/** The unspecified address, and IPv4 addresses in the form that was given up (RFC 4291). */
const OLD_FORMS = blocksOf([['::', 96]]);

/** Makes a guard. @param networks - private addresses and blocks that everyone may connect to */
export function guardAddresses(
  networks: readonly string[],
  resolve: ResolveName = (name) => promises.lookup(name, { all: true, verbatim: true }),
): AddressGuard {
  const allowed = blocksOf(
    networks.map((text) => {
      const [address = '', prefix] = text.split('/');
      return [address, Number(prefix ?? (isIPv4(address) ? 32 : 128))];
    }),
  );

  function faultOf(address: string, trust: HostTrust): string | undefined {
    if (isIP(address) === 0) return 'not an address';
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (NEVER.check(address, family)) return 'a link-local, metadata or special address';
    if (allowed.check(address, family) || trust === 'named') return undefined;
    const isPrivate = PRIVATE.check(address, family) || OLD_FORMS.check(address, family);
    return isPrivate ? 'an address of a private network or of this machine' : undefined;
  }

  async function resolveChecked(name: string, trust: HostTrust) {
    const found = await resolve(name);
    for (const { address } of found) {
      const fault = faultOf(address, trust);
      if (fault !== undefined) throw new RefusedAddress(`its name stands for ${fault}`);
    }
    return found.map(({ address, family }) => ({ address, family }));
  }

  return {
    faultOf,
    checkLiteral: (host, trust) => {
      const address = host.replace(/^\[|\]$/g, '');
      const fault = isIP(address) === 0 ? undefined : faultOf(address, trust);
      if (fault !== undefined) throw new RefusedAddress(`it is ${fault}`);
    },
    lookupFor: (trust) => (name, options, callback) => {
      resolveChecked(name, trust).then(
        (found) => {
          const [first] = found;
          if (options.all === true) callback(null, found);
          else callback(null, first?.address ?? '', first?.family ?? 0);
        },
        (cause: Error) => callback(cause, []),
      );
    },
  };
}

function blocksOf(blocks: readonly (readonly [address: string, prefix: number])[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of blocks) {
    list.addSubnet(address, prefix, isIPv4(address) ? 'ipv4' : 'ipv6');
  }
  return list;
}
