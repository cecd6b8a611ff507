// Whether a chain of certificates holds, by the rules of Go's crypto/x509 (RFC 5280).

import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { RegoValue } from '../../values/rego-value.ts';
import {
  asBigInt,
  asPairs,
  asString,
  asStrings,
  BuiltinFailure,
  exceed,
  fail,
  type HostBuiltins,
} from '../host/host-builtin.ts';
import { type DerElement, readDer, readInteger, readOid } from './der.ts';
import { certificateTree, extensionsOf, readCertificates } from './x509.ts';

type Demands = {
  readonly timeMs: number;
  /** Empty: any name. */
  readonly host: string;
  /** Object identifiers, one of which every certificate must be for; empty: for anything. */
  readonly purposes: readonly string[];
};

type Link = {
  readonly element: DerElement;
  readonly certificate: X509Certificate;
  /** Maximum number of authorities below this authority. */
  readonly pathLength: number | undefined;
  readonly isAuthority: boolean;
  /** Without what every reader must understand and this one does not. */
  readonly isUnderstood: boolean;
  readonly isSignedWell: boolean;
};

type Search = {
  readonly root: Link;
  readonly others: readonly Link[];
  /** Shared by all branches of the search. */
  readonly checks: { count: number };
};

const NANOSECONDS_PER_MILLISECOND = 1_000_000n;
/** Authorities of one name may have issued each other: then there are very many chains. */
const CHECKS_MAX = 200;
const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1';
const ANY_PURPOSE = '2.5.29.37.0';
const BASIC_CONSTRAINTS = '2.5.29.19';
const PURPOSES: Readonly<Record<string, string>> = {
  KeyUsageServerAuth: SERVER_AUTHENTICATION,
  KeyUsageClientAuth: '1.3.6.1.5.5.7.3.2',
  KeyUsageCodeSigning: '1.3.6.1.5.5.7.3.3',
  KeyUsageEmailProtection: '1.3.6.1.5.5.7.3.4',
  KeyUsageIPSECEndSystem: '1.3.6.1.5.5.7.3.5',
  KeyUsageIPSECTunnel: '1.3.6.1.5.5.7.3.6',
  KeyUsageIPSECUser: '1.3.6.1.5.5.7.3.7',
  KeyUsageTimeStamping: '1.3.6.1.5.5.7.3.8',
  KeyUsageOCSPSigning: '1.3.6.1.5.5.7.3.9',
  KeyUsageMicrosoftServerGatedCrypto: '1.3.6.1.4.1.311.10.3.3',
  KeyUsageNetscapeServerGatedCrypto: '2.16.840.1.113730.4.1',
  KeyUsageMicrosoftCommercialCodeSigning: '1.3.6.1.4.1.311.2.1.22',
  KeyUsageMicrosoftKernelCodeSigning: '1.3.6.1.4.1.311.61.1.1',
};
/**
 * Key usage, names, basic constraints, purposes. Constraints of names are left out: they are not
 * checked here, so a chain with them does not hold.
 */
const UNDERSTOOD = new Set(['2.5.29.15', '2.5.29.17', BASIC_CONSTRAINTS, '2.5.29.37']);
const NAME_CONSTRAINTS = '2.5.29.30';
/** MD5 and SHA-1 under RSA, SHA-1 under DSA and ECDSA: they are no longer trusted. */
const BROKEN_SIGNATURES = new Set([
  '1.2.840.113549.1.1.4',
  '1.2.840.113549.1.1.5',
  '1.2.840.10040.4.3',
  '1.2.840.10045.4.1',
]);

function toLink(element: DerElement): Link {
  const extensions = extensionsOf(element);
  const basic = extensions.find(({ id }) => id === BASIC_CONSTRAINTS);
  const [constraints] = readDer(basic?.value ?? Buffer.alloc(0));
  const [isAuthority, pathLength] = readDer(constraints?.content ?? Buffer.alloc(0));
  const [, algorithm] = readDer(element.content);
  const [name] = readDer(algorithm?.content ?? Buffer.alloc(0));
  return {
    element,
    certificate: new X509Certificate(element.bytes),
    pathLength: pathLength && Number(readInteger(pathLength)),
    isAuthority: isAuthority?.tag === 0x01 && isAuthority.content[0] === 0xff,
    isUnderstood: extensions.every(
      ({ id, isCritical }) => id !== NAME_CONSTRAINTS && (!isCritical || UNDERSTOOD.has(id)),
    ),
    isSignedWell: name !== undefined && !BROKEN_SIGNATURES.has(readOid(name).join('.')),
  };
}

function isIssuedBy(link: Link, issuer: Link): boolean {
  const { certificate } = issuer;
  return (
    link.isSignedWell &&
    link.certificate.checkIssued(certificate) &&
    link.certificate.verify(certificate.publicKey)
  );
}

/** A chain that goes on from the last of `chain` to the root. */
function findChain(chain: readonly Link[], search: Search): readonly Link[] | undefined {
  const { root, others, checks } = search;
  for (const each of [root, ...others]) {
    if (chain.includes(each) || !isAllowedAbove(chain, each)) continue;
    checks.count += 1;
    if (checks.count > CHECKS_MAX) return exceed(`a chain takes more than ${CHECKS_MAX} checks`);
    const last = chain.at(-1);
    if (last === undefined || !isIssuedBy(last, each)) continue;
    const longer = [...chain, each];
    const found = each === root ? longer : findChain(longer, search);
    if (found) return found;
  }
  return undefined;
}

function isAllowedAbove(chain: readonly Link[], { isAuthority, pathLength }: Link): boolean {
  return isAuthority && (pathLength === undefined || chain.length - 1 <= pathLength);
}

function isValid(chain: readonly Link[], demands: Demands): boolean {
  const [leaf] = chain;
  const isNow = ({ certificate: { validFrom, validTo } }: Link) =>
    Date.parse(validFrom) <= demands.timeMs && demands.timeMs <= Date.parse(validTo);
  const isFor = (purpose: string) =>
    chain.every(({ certificate: { keyUsage } }) => {
      const given: readonly string[] = keyUsage ?? [ANY_PURPOSE];
      return given.includes(ANY_PURPOSE) || given.includes(purpose);
    });
  return (
    leaf !== undefined &&
    chain.every((link) => link.isUnderstood && isNow(link)) &&
    (demands.purposes.length === 0 || demands.purposes.some(isFor)) &&
    isNamed(leaf, demands.host)
  );
}

function isNamed({ certificate }: Link, host: string): boolean {
  if (host === '') return true;
  const address = host.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) !== 0) return certificate.checkIP(address) !== undefined;
  return certificate.checkHost(host, { subject: 'never' }) !== undefined;
}

function verify(text: string, demands: Demands): RegoValue {
  const chain = tryVerify(text, demands);
  return chain ? [true, chain.map(({ element }) => certificateTree(element))] : [false, []];
}

/** The chain from the last certificate, the leaf, to the first one, the root. */
function tryVerify(text: string, demands: Demands): readonly Link[] | undefined {
  try {
    const [root, ...others] = readCertificates(text).map(toLink);
    const leaf = others.pop();
    if (root === undefined || leaf === undefined) return undefined;
    const chain = findChain([leaf], { root, others, checks: { count: 0 } });
    return chain && isValid(chain, demands) ? chain : undefined;
  } catch (cause) {
    if (!isUnreadable(cause)) throw cause;
    return undefined;
  }
}

/** Whether it is about a text that is not a certificate; errors of OpenSSL and Node have a code. */
function isUnreadable(cause: unknown): boolean {
  if (cause instanceof BuiltinFailure) return cause.kind === 'eval_builtin_error';
  return cause instanceof Error && 'code' in cause;
}

function readDemands(options: RegoValue | undefined, nowMs: number): Demands {
  let demands: Demands = { timeMs: nowMs, host: '', purposes: [SERVER_AUTHENTICATION] };
  for (const [key, value] of asPairs(options)) {
    if (key === 'DNSName') demands = { ...demands, host: asString(value) };
    else if (key === 'CurrentTime') {
      demands = { ...demands, timeMs: Number(asBigInt(value) / NANOSECONDS_PER_MILLISECOND) };
    } else if (key === 'KeyUsages') demands = { ...demands, purposes: readPurposes(value) };
    else if (key !== 'MaxConstraintComparisons') return fail(`"${String(key)}" is not an option`);
  }
  return demands;
}

function readPurposes(value: RegoValue): readonly string[] {
  const names = asStrings(value);
  const purposes = names
    .filter((name) => name !== 'KeyUsageAny')
    .map((name) => PURPOSES[name] ?? fail(`"${name}" is not a key usage`));
  if (names.includes('KeyUsageAny')) return [];
  return names.length === 0 ? [SERVER_AUTHENTICATION] : purposes;
}

/** The builtins that verify chains: the first certificate is the root, the last one the leaf. */
export const X509_CHAIN_BUILTINS: HostBuiltins = {
  'crypto.x509.parse_and_verify_certificates': ([text], { nowNs }) =>
    verify(asString(text), {
      timeMs: Number(nowNs() / NANOSECONDS_PER_MILLISECOND),
      host: '',
      purposes: [SERVER_AUTHENTICATION],
    }),
  'crypto.x509.parse_and_verify_certificates_with_options': ([text, options], { nowNs }) =>
    verify(asString(text), readDemands(options, Number(nowNs() / NANOSECONDS_PER_MILLISECOND))),
};
