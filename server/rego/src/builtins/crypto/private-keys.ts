// Private keys with the members of Go's crypto packages.

import { createPrivateKey, type KeyObject } from 'node:crypto';
import { makeObject, numberFromText, type RegoValue } from '../../values/rego-value.ts';
import { fail } from '../host/host-builtin.ts';
import { bytesOf, pemBlocks } from './pem.ts';

const LABELS = [
  ['RSA PRIVATE KEY', 'pkcs1'],
  ['EC PRIVATE KEY', 'sec1'],
  ['PRIVATE KEY', 'pkcs8'],
] as const;

/** The private keys of a PEM text, which may be in base64. */
export function readKeys(text: string): readonly KeyObject[] {
  const pem = bytesOf(text).toString('latin1');
  return LABELS.flatMap(([label, type]) =>
    pemBlocks(pem, [label]).map((key) => {
      try {
        return createPrivateKey({ key, format: 'der', type });
      } catch {
        return fail(`the ${label} of the text cannot be read`);
      }
    }),
  );
}

/** A key as Go writes it. */
export function privateKeyOf(key: KeyObject): RegoValue {
  const jwk = key.export({ format: 'jwk' });
  const bytesOfMember = (name: keyof typeof jwk) => Buffer.from(String(jwk[name]), 'base64url');
  const numberOf = (name: keyof typeof jwk) =>
    numberFromText(String(BigInt(`0x${bytesOfMember(name).toString('hex')}`)));
  if (jwk.kty === 'RSA') {
    const precomputed = makeObject([
      ['Dp', numberOf('dp')],
      ['Dq', numberOf('dq')],
      ['Qinv', numberOf('qi')],
      ['CRTValues', []],
    ]);
    return makeObject([
      ['N', numberOf('n')],
      ['E', numberOf('e')],
      ['D', numberOf('d')],
      ['Primes', [numberOf('p'), numberOf('q')]],
      ['Precomputed', precomputed],
    ]);
  }
  if (jwk.kty === 'EC') {
    return makeObject([
      ['Curve', makeObject([])],
      ['X', numberOf('x')],
      ['Y', numberOf('y')],
      ['D', numberOf('d')],
    ]);
  }
  // Go keeps the seed and the public key of Ed25519 together.
  return Buffer.concat([bytesOfMember('d'), bytesOfMember('x')]).toString('base64');
}
