// io.jwt.encode_sign: making signed tokens of a header, a payload and a key (JWK).

import { constants, createHmac, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { toJsonText } from '../../values/json-value.ts';
import type { RegoValue } from '../../values/rego-value.ts';
import { isObject } from '../../values/rego-value.ts';
import { decodeBase64Url, encodeBase64Url } from '../encoding/encoding.ts';
import { asString, fail, type HostBuiltins } from '../host/host-builtin.ts';
import { lookUpKey } from '../json/documents.ts';
import { parseJson } from '../json/json-text.ts';
import { SIGNATURES } from './jwt.ts';

function encodeSign(headerText: string, payloadText: string, keyText: string): string {
  const header = parseJson(headerText);
  const key = parseJson(keyText);
  if (!isObject(header) || !isObject(key)) return fail('the header and the key must be objects');
  const algorithm = lookUpKey(header, 'alg');
  const [family, hash] = familyOf(asString(algorithm ?? ''));
  if (lookUpKey(header, 'typ') === 'JWT' || lookUpKey(header, 'typ') === undefined) {
    parseJson(payloadText);
  }
  const signed = `${encodeBase64Url(headerText)}.${encodeBase64Url(payloadText)}`;
  const signature =
    family === 'HS' ? hmacOf(key, hash, signed) : signatureOf(keyText, family, hash, signed);
  return `${signed}.${encodeBase64Url(signature)}`;
}

function familyOf(algorithm: string): readonly [string, string] {
  if (algorithm === 'EdDSA') return ['EdDSA', ''];
  return SIGNATURES.get(algorithm) ?? fail('"alg" is not known');
}

function hmacOf(key: RegoValue, hash: string, signed: string): Buffer {
  const secret = isObject(key) ? lookUpKey(key, 'k') : undefined;
  if (typeof secret !== 'string') return fail('the key has no "k"');
  return createHmac(hash, decodeBase64Url(secret)).update(signed).digest();
}

function signatureOf(keyText: string, family: string, hash: string, signed: string): Buffer {
  const key = privateKey(keyText);
  const data = Buffer.from(signed);
  if (family === 'EdDSA') return sign(null, data, key);
  if (family === 'ES') return sign(hash, data, { key, dsaEncoding: 'ieee-p1363' });
  const padding = family === 'PS' ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  return sign(hash, data, { key, padding });
}

function privateKey(keyText: string): KeyObject {
  try {
    const jwk: object = JSON.parse(keyText);
    return createPrivateKey({ key: { ...jwk }, format: 'jwk' });
  } catch {
    return fail('the key is not a private key');
  }
}

/** The builtins that sign tokens. */
export const JWT_SIGN_BUILTINS: HostBuiltins = {
  'io.jwt.encode_sign': ([header, payload, key]) =>
    encodeSign(toJsonText(header ?? null), toJsonText(payload ?? null), toJsonText(key ?? null)),
  'io.jwt.encode_sign_raw': ([header, payload, key]) =>
    encodeSign(asString(header), asString(payload), asString(key)),
};
