import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
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
    verify: (publicKey, text, signature) => {
      try {
        const x = publicKey.slice(PREFIX.length);
        const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
        return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
      } catch {
        // Of what is no key nothing is signed.
        return false;
      }
    },
  };
}
