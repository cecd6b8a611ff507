// JSON Web Tokens: decoding, and verifying signatures with secrets, keys and certificates.

import {
  constants,
  createHmac,
  createPublicKey,
  type KeyObject,
  timingSafeEqual,
  verify,
  X509Certificate,
} from 'node:crypto';
import { isObject, type RegoObject, type RegoValue } from '../../values/rego-value.ts';
import { decodeBase64Url } from '../encoding/encoding.ts';
import { asString, fail, type HostBuiltin, type HostBuiltins } from '../host/host-builtin.ts';
import { lookUpKey } from '../json/documents.ts';
import { isJson, parseJson } from '../json/json-text.ts';

/** A token taken apart. */
export type Token = {
  readonly header: RegoObject;
  readonly payload: RegoObject;
  readonly signed: string;
  readonly signature: Buffer;
};

function objectOf(text: string): RegoObject {
  const value = parseJson(text);
  return isObject(value) ? value : fail('a part of the token is not an object');
}

/** Takes a token apart. Fails when it is none. */
export function parseToken(text: string): Token {
  const parts = text.split('.');
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || header === undefined || payload === undefined) {
    return fail('a token has three parts');
  }
  const head = objectOf(decodeBase64Url(header).toString('utf8'));
  const content = decodeBase64Url(payload).toString('utf8');
  if (lookUpKey(head, 'cty') === 'JWT') return parseToken(content.replace(/^"|"$/g, ''));
  if (lookUpKey(head, 'enc') !== undefined) return fail('the token is encrypted');
  return {
    header: head,
    payload: objectOf(content),
    signed: `${header}.${payload}`,
    signature: decodeBase64Url(signature ?? ''),
  };
}

function readKeys(text: string): readonly KeyObject[] {
  try {
    if (isJson(text)) {
      const json: { readonly keys?: readonly object[] } = JSON.parse(text);
      const keys = json.keys ?? [json];
      return keys.map((key) => createPublicKey({ key: { ...key }, format: 'jwk' }));
    }
    const isCertificate = text.includes('BEGIN CERTIFICATE');
    return [isCertificate ? new X509Certificate(text).publicKey : createPublicKey(text)];
  } catch {
    return fail('the text is neither a key nor a certificate');
  }
}

/** The signature algorithms that are known. */
export const SIGNATURES: ReadonlyMap<string, readonly [string, string]> = new Map(
  ['HS', 'RS', 'PS', 'ES'].flatMap((family) =>
    ['256', '384', '512'].map((bits) => [`${family}${bits}`, [family, `sha${bits}`]] as const),
  ),
);

/** Whether a token's signature is that of a key (or a shared secret). */
export function isSigned(algorithm: string, token: Token, key: string): boolean {
  const { signed, signature } = token;
  const [family = '', hash = ''] = SIGNATURES.get(algorithm) ?? [];
  if (family === 'HS') {
    const wanted = createHmac(hash, key).update(signed).digest();
    return wanted.length === signature.length && timingSafeEqual(wanted, signature);
  }
  return readKeys(key).some((each) => verifyWith(each, family, hash, token));
}

function verifyWith(key: KeyObject, family: string, hash: string, token: Token): boolean {
  const data = Buffer.from(token.signed);
  const type = key.asymmetricKeyType;
  if (family === '') return type === 'ed25519' && verify(null, data, key, token.signature);
  if (family === 'ES') {
    if (type !== 'ec') return false;
    return verify(hash, data, { key, dsaEncoding: 'ieee-p1363' }, token.signature);
  }
  if (type !== 'rsa') return false;
  const padding = family === 'PS' ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  return verify(hash, data, { key, padding }, token.signature);
}

function verifier(algorithm: string): HostBuiltin {
  return ([token, key]) => isSigned(algorithm, parseToken(asString(token)), asString(key));
}

function decode([text]: readonly RegoValue[]): RegoValue {
  const { header, payload, signature } = parseToken(asString(text));
  return [header, payload, signature.toString('hex')];
}

/** The builtins over tokens. */
export const JWT_BUILTINS: HostBuiltins = {
  'io.jwt.decode': decode,
  'io.jwt.verify_eddsa': verifier('EdDSA'),
  ...Object.fromEntries(
    [...SIGNATURES.keys()].map((name) => [`io.jwt.verify_${name.toLowerCase()}`, verifier(name)]),
  ),
};
