// Builtins over certificates and signing requests, with the members of Go's crypto/x509.

import { X509Certificate } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { fromJson } from '../../values/json-value.ts';
import { makeObject, numberFromText, type RegoValue } from '../../values/rego-value.ts';
import { asString, fail, type HostBuiltins } from '../host/host-builtin.ts';
import { type DerElement, readDer, readInteger, readOid, readText, readTime } from './der.ts';
import { bytesOf, pemBlocks } from './pem.ts';
import { privateKeyOf, readKeys } from './private-keys.ts';

type Members = Readonly<Record<string, RegoValue>>;
type Walk = { readonly take: () => DerElement | undefined; readonly next: () => DerElement };

const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';
const ALTERNATIVE_NAMES = '2.5.29.17';
const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';

/** The attributes of a name that have a member of their own. */
const NAME_LISTS: Readonly<Record<string, string>> = {
  '2.5.4.6': 'Country',
  '2.5.4.10': 'Organization',
  '2.5.4.11': 'OrganizationalUnit',
  '2.5.4.7': 'Locality',
  '2.5.4.8': 'Province',
  '2.5.4.9': 'StreetAddress',
  '2.5.4.17': 'PostalCode',
};

function objectOf(members: Members): RegoValue {
  return makeObject(Object.entries(members));
}

function walk(bytes: Buffer): Walk {
  const elements = [...readDer(bytes)];
  const take = () => elements.shift();
  return { take, next: () => take() ?? fail('asn1: structure error: sequence is too short') };
}

function nameTree(name: DerElement): RegoValue {
  const lists: Record<string, string[] | null> = {};
  for (const list of Object.values(NAME_LISTS)) lists[list] = null;
  const texts = { CommonName: '', SerialNumber: '' };
  const names: RegoValue[] = [];
  for (const pair of readDer(name.content).flatMap((set) => readDer(set.content))) {
    const { next } = walk(pair.content);
    const type = readOid(next());
    const value = readText(next());
    names.push(objectOf({ Type: type, Value: value }));
    const list = NAME_LISTS[type.join('.')];
    if (list !== undefined) lists[list] = [...(lists[list] ?? []), value];
    if (type.join('.') === '2.5.4.3') texts.CommonName = value;
    if (type.join('.') === '2.5.4.5') texts.SerialNumber = value;
  }
  return objectOf({ ...lists, ...texts, Names: names, ExtraNames: null });
}

/** An extension of a certificate or of a request. */
export type Extension = {
  readonly id: string;
  readonly value: Buffer;
  readonly isCritical: boolean;
  readonly tree: RegoValue;
};

function readExtensions(sequence: DerElement | undefined): readonly Extension[] {
  return readDer(sequence?.content ?? Buffer.alloc(0)).map((each) => {
    const { next } = walk(each.content);
    const id = readOid(next());
    const second = next();
    const isCritical = second.tag === 0x01 && second.content[0] === 0xff;
    const value = second.tag === 0x01 ? next().content : second.content;
    const tree = objectOf({ Id: id, Critical: isCritical, Value: value.toString('base64') });
    return { id: id.join('.'), value, isCritical, tree };
  });
}

function elementsOf(extensions: readonly Extension[], id: string): readonly DerElement[] {
  const extension = extensions.find((each) => each.id === id);
  return readDer(extension?.value ?? Buffer.alloc(0));
}

// A list without members is null, as Go writes it.
function listOrNull(items: readonly string[]): RegoValue {
  return items.length === 0 ? null : items;
}

function alternativeNames(extensions: readonly Extension[]): Members {
  const [sequence] = elementsOf(extensions, ALTERNATIVE_NAMES);
  const names = readDer(sequence?.content ?? Buffer.alloc(0));
  const textsOf = (tag: number) =>
    names.filter((each) => each.tag === tag).map(({ content }) => content.toString('latin1'));
  const addresses = names.filter(({ tag }) => tag === 0x87).map(({ content }) => ipText(content));
  return {
    EmailAddresses: listOrNull(textsOf(0x81)),
    DNSNames: listOrNull(textsOf(0x82)),
    URIStrings: listOrNull(textsOf(0x86)),
    IPAddresses: listOrNull(addresses),
  };
}

function ipText(bytes: Buffer): string {
  const text = [...bytes].join('.');
  if (isIPv4(text)) return text;
  if (bytes.length !== 16) return fail('x509: cannot parse IP address');
  const words = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16));
  return new URL(`http://[${words.join(':')}]`).hostname.slice(1, -1);
}

function constraints(extensions: readonly Extension[]): Members {
  const [basic] = elementsOf(extensions, BASIC_CONSTRAINTS);
  const [isAuthority] = readDer(basic?.content ?? Buffer.alloc(0));
  const [usage] = elementsOf(extensions, KEY_USAGE);
  let bits = 0;
  for (let at = 0; at < 9; at += 1) {
    // The first bit of the text is the lowest of Go's number; a byte before says what is unused.
    const byte = usage?.content[1 + (at >> 3)] ?? 0;
    if ((byte & (0x80 >> (at & 7))) !== 0) bits += 2 ** at;
  }
  return {
    BasicConstraintsValid: basic !== undefined,
    IsCA: isAuthority?.tag === 0x01 && isAuthority.content[0] === 0xff,
    KeyUsage: bits,
  };
}

/** The extensions of a certificate. */
export function extensionsOf(certificate: DerElement): readonly Extension[] {
  const [body = certificate] = readDer(certificate.content);
  const extensions = readDer(body.content).findLast(({ tag }) => tag === 0xa3);
  return readExtensions(extensions && readDer(extensions.content)[0]);
}

/** A certificate with the members that Go shows. */
export function certificateTree(certificate: DerElement): RegoValue {
  const [body = certificate] = readDer(certificate.content);
  const { next } = walk(body.content);
  const first = next();
  const [version] = first.tag === 0xa0 ? readDer(first.content) : [];
  const serial = first.tag === 0xa0 ? next() : first;
  next();
  const issuer = next();
  const [notBefore, notAfter] = readDer(next().content);
  if (!notBefore || !notAfter) return fail('x509: malformed validity');
  const subject = next();
  const extensions = extensionsOf(certificate);
  return objectOf({
    Raw: certificate.bytes.toString('base64'),
    Version: version ? Number(readInteger(version)) + 1 : 1,
    SerialNumber: numberFromText(String(readInteger(serial))),
    Issuer: nameTree(issuer),
    Subject: nameTree(subject),
    NotBefore: readTime(notBefore),
    NotAfter: readTime(notAfter),
    Extensions: extensions.map(({ tree }) => tree),
    ...alternativeNames(extensions),
    ...constraints(extensions),
  });
}

/** The certificates of a text, in their order: PEM, DER in base64, or PEM in base64. */
export function readCertificates(text: string): readonly DerElement[] {
  const bytes = bytesOf(text);
  const blocks = pemBlocks(bytes.toString('latin1'), ['CERTIFICATE']);
  const all = readDer(blocks.length > 0 ? Buffer.concat(blocks) : bytes);
  const isWhole = all.every(({ tag, content }) => tag === 0x30 && readDer(content).length === 3);
  return isWhole && all.length > 0 ? all : fail('x509: malformed certificate');
}

function requestTree(text: string): RegoValue {
  const bytes = bytesOf(text);
  const labels = ['CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST'];
  const [block = bytes] = pemBlocks(bytes.toString('latin1'), labels);
  const [request] = readDer(block);
  if (request?.tag !== 0x30) return fail('asn1: structure error: no certificate request');
  const { take, next } = walk(walk(request.content).next().content);
  const version = readInteger(next());
  const subject = next();
  next();
  const attributes = readDer(take()?.content ?? Buffer.alloc(0));
  const wanted = attributes
    .map(({ content }) => walk(content))
    .find(({ next: each }) => readOid(each()).join('.') === EXTENSION_REQUEST);
  const extensions = readExtensions(wanted && readDer(wanted.next().content)[0]);
  return objectOf({
    Raw: request.bytes.toString('base64'),
    Version: Number(version),
    Subject: nameTree(subject),
    Extensions: extensions.map(({ tree }) => tree),
    ...alternativeNames(extensions),
  });
}

function keyPairTree(certificateText: string, keyText: string): RegoValue {
  const chain = readCertificates(certificateText);
  const [key] = readKeys(keyText);
  const [leaf] = chain;
  if (!key || !leaf) return fail('tls: failed to find any PEM data in key input');
  if (!new X509Certificate(leaf.bytes).checkPrivateKey(key)) {
    return fail('tls: private key does not match public key');
  }
  return objectOf({
    Certificate: chain.map(({ bytes }) => bytes.toString('base64')),
    PrivateKey: privateKeyOf(key),
    SupportedSignatureAlgorithms: null,
    OCSPStaple: null,
    SignedCertificateTimestamps: null,
    Leaf: certificateTree(leaf),
  });
}

/** The builtins over certificates and keys. */
export const X509_BUILTINS: HostBuiltins = {
  'crypto.x509.parse_certificates': ([text]) =>
    readCertificates(asString(text)).map(certificateTree),
  'crypto.x509.parse_certificate_request': ([text]) => requestTree(asString(text)),
  'crypto.x509.parse_keypair': ([certificate, key]) =>
    keyPairTree(asString(certificate), asString(key)),
  'crypto.x509.parse_rsa_private_key': ([text]) => {
    const [key] = readKeys(asString(text));
    if (key?.asymmetricKeyType !== 'rsa') return fail('the text has no RSA private key');
    return fromJson(key.export({ format: 'jwk' }));
  },
  'crypto.parse_private_keys': ([text]) =>
    asString(text) === '' ? null : readKeys(asString(text)).map(privateKeyOf),
};
