import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import type { PolicySignatures } from '../../ports/policy-signatures.ts';

const PREFIX = 'ed25519:';

/** Signs with node's own Ed25519; a private key is PKCS #8 in PEM. */
export function createPolicySignatures(): PolicySignatures {
  return {
    makeKey: () => {
      const { publicKey, privateKey } = generateKeyPairSync('ed25519');
      return {
        publicKey: `${PREFIX}${publicKey.export({ format: 'jwk' }).x}`,
        privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      };
    },
    sign: (privateKey, text) =>
      sign(null, Buffer.from(text), createPrivateKey(privateKey)).toString('base64'),
    verify: (publicKey, text, signature) =>
      holds(() => {
        const key = readKey(publicKey);
        const isEd25519 = key.asymmetricKeyType === 'ed25519';
        return isEd25519 && verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
      }),
    verifyJws: (publicKey, signed) => holds(() => checkJws(readKey(publicKey), signed)),
  };
}

/** A value that is not a key signs nothing. */
function holds(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}

function readKey(publicKey: string): KeyObject {
  if (!publicKey.startsWith(PREFIX)) return createPublicKey(publicKey);
  const x = publicKey.slice(PREFIX.length);
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

/** The kind of key that an algorithm needs: a key is never used as one of another kind. */
const KEY_TYPES: Readonly<Record<string, string | undefined>> = {
  RS: 'rsa',
  PS: 'rsa',
  ES: 'ec',
};

function checkJws(
  key: KeyObject,
  signed: { readonly algorithm: string; readonly text: string; readonly value: string },
): boolean {
  const { algorithm } = signed;
  const [data, value] = [Buffer.from(signed.text), Buffer.from(signed.value, 'base64url')];
  if (algorithm === 'EdDSA') {
    return key.asymmetricKeyType === 'ed25519' && verify(null, data, key, value);
  }
  const [, kind = '', bits = ''] = /^(RS|PS|ES)(256|384|512)$/.exec(algorithm) ?? [];
  if (key.asymmetricKeyType !== KEY_TYPES[kind]) return false;
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: Number(bits) / 8 };
  const how = { RS: {}, PS: padding, ES: { dsaEncoding: 'ieee-p1363' } as const }[kind];
  return verify(`sha${bits}`, data, { key, ...how }, value);
}
