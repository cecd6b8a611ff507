import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import {
  derBitString,
  derElement,
  derInteger,
  derObjectIdentifier,
  derOctetString,
  derSequence,
  derSet,
  derTime,
  derTrue,
  derUtf8String,
} from './der.ts';

/** A certificate for the lifetime of one plugin process, and its key. */
export interface Certificate {
  readonly der: Buffer;
  readonly pem: string;
  readonly keyPem: string;
}

/** go-plugin dials its plugins under this name. */
const HOST_NAME = 'localhost';

/** Clocks of containers may lag behind the host's by this much. */
const CLOCK_SKEW_MS = 30_000;

/** Far longer than any run of Terraform. */
const LIFETIME_MS = 365 * 24 * 60 * 60 * 1000;

const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  organization: '2.5.4.10',
  commonName: '2.5.4.3',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  subjectAltName: '2.5.29.17',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

/** digitalSignature, keyEncipherment, keyAgreement, keyCertSign; two bits unused. */
const KEY_USAGE = { bits: 0xac, unusedBits: 2 } as const;

/**
 * Makes a self-signed P-256 certificate for AutoMTLS (RFC 5280). Written by hand because it takes
 * 2 ms, while loading a certificate library takes longer than starting the rest of the provider.
 * @param nowMs - when it begins to be valid
 */
export function createCertificate(nowMs: number): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = derSequence(derObjectIdentifier(OID.ecdsaWithSha256));
  const name = derSequence(
    derSet(derSequence(derObjectIdentifier(OID.organization), derUtf8String('novacron'))),
    derSet(derSequence(derObjectIdentifier(OID.commonName), derUtf8String(HOST_NAME))),
  );
  const version3 = derElement(0xa0, derInteger(Uint8Array.of(2)));
  const body = derSequence(
    version3,
    derInteger(serialNumber()),
    algorithm,
    name,
    derSequence(derTime(nowMs - CLOCK_SKEW_MS), derTime(nowMs + LIFETIME_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    derElement(0xa3, extensions()),
  );
  const der = derSequence(body, algorithm, derBitString(sign('sha256', body, privateKey)));
  const keyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { der, pem: toPem(der), keyPem };
}

/** Positive, without leading zero bytes. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 1;
  return bytes;
}

function extensions(): Buffer {
  const { bits, unusedBits } = KEY_USAGE;
  const critical = (oid: string, value: Buffer) =>
    derSequence(derObjectIdentifier(oid), derTrue(), derOctetString(value));
  const plain = (oid: string, value: Buffer) =>
    derSequence(derObjectIdentifier(oid), derOctetString(value));
  const purposes = [OID.serverAuth, OID.clientAuth].map(derObjectIdentifier);
  const dnsName = derElement(0x82, Buffer.from(HOST_NAME));
  return derSequence(
    critical(OID.basicConstraints, derSequence(derTrue())),
    critical(OID.keyUsage, derBitString(Uint8Array.of(bits), unusedBits)),
    plain(OID.extendedKeyUsage, derSequence(...purposes)),
    plain(OID.subjectAltName, derSequence(dnsName)),
  );
}

function toPem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
