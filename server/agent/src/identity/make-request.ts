/** Makes a key and the request to sign a certificate for it. The key never leaves this machine. */
import { KeyObject, webcrypto } from 'node:crypto';

const KEYS = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** A new key and its request, both PEM. */
export interface CertificateRequest {
  readonly keyPem: string;
  readonly requestPem: string;
}

/**
 * Makes both; what writes requests is loaded for it, because most starts need none.
 * @param node - named in the request for people; the server goes by the token alone
 */
export async function makeRequest(node: string): Promise<CertificateRequest> {
  // Before it: what it is made with wants this, and loads nothing by itself.
  await import('reflect-metadata');
  const { Pkcs10CertificateRequestGenerator } = await import('@peculiar/x509');
  const keys = await webcrypto.subtle.generateKey(KEYS, true, ['sign', 'verify']);
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [node] }],
    keys,
    signingAlgorithm: SIGNING,
  });
  const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' });
  return { keyPem: String(key), requestPem: `${request.toString('pem').trim()}\n` };
}
