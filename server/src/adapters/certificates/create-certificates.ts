/** An authority for agents' certificates, with @peculiar/x509; it is loaded when needed. */
import { createHash, randomBytes, verify, webcrypto, X509Certificate } from 'node:crypto';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import type { Authority, CertificateCrypto, CertificateOrder } from '../../ports/certificates.ts';

/** Every TLS library knows it, and its keys are short. */
const KEYS = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** RFC 5280, section 4.1.2.2: at most 20 bytes and positive. */
const SERIAL_BYTES = 16;

/** So that a peer whose clock is a little late takes a new certificate. Unit: ms. */
const BACKDATE_MS = 300_000;

/** A new authority requires a new certificate for every node. Unit: ms. */
const AUTHORITY_MS = 10 * 365 * 86_400_000;

/** Makes it. */
export function createCertificates(): CertificateCrypto {
  return {
    makeAuthority,
    sign: async (authority, order) => {
      const { Pkcs10CertificateRequest } = await loadX509();
      try {
        const request = new Pkcs10CertificateRequest(order.requestPem);
        if (!(await request.verify())) return err(badRequest('its signature is wrong'));
        const key = await request.publicKey.export(KEYS, ['verify']);
        return await signFor(authority, { ...order, key });
      } catch {
        return err(badRequest('it is not a PKCS #10 request for a key on the curve P-256'));
      }
    },
    signOwn: async (authority, order) => {
      const pair = await webcrypto.subtle.generateKey(KEYS, true, ['sign', 'verify']);
      const signed = await signFor(authority, { ...order, key: pair.publicKey });
      if (!signed.ok) return signed;
      return ok({ certificatePem: signed.value.certificatePem, keyPem: await toPem(pair) });
    },
    identify,
  };
}

const identify: CertificateCrypto['identify'] = (authority, proof) => {
  try {
    const certificate = new X509Certificate(proof.certificatePem);
    const issuer = new X509Certificate(authority.certificatePem);
    const isOurs = certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
    const isNow =
      Date.parse(certificate.validFrom) <= proof.nowMs &&
      proof.nowMs < Date.parse(certificate.validTo);
    const signature = Buffer.from(proof.signature, 'base64');
    const hasKey = verify('sha256', Buffer.from(proof.text), certificate.publicKey, signature);
    if (!isOurs || !isNow || !hasKey) return undefined;
    return /^URI:(\S+)$/.exec(certificate.subjectAltName ?? '')?.[1];
  } catch {
    return undefined;
  }
};

async function makeAuthority(nowMs: number): Promise<Authority> {
  const x509 = await loadX509();
  const keys = await webcrypto.subtle.generateKey(KEYS, true, ['sign', 'verify']);
  const usages = x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: makeSerial(),
    name: 'CN=NovaCron agents',
    notBefore: new Date(nowMs - BACKDATE_MS),
    notAfter: new Date(nowMs + AUTHORITY_MS),
    signingAlgorithm: SIGNING,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(usages, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false),
    ],
  });
  return { certificatePem: pemOf(certificate), privatePem: await toPem(keys) };
}

async function signFor(
  authority: Authority,
  order: Omit<CertificateOrder, 'requestPem'> & { readonly key: webcrypto.CryptoKey },
) {
  const signingKey = await fromPem(authority.privatePem);
  if (signingKey === undefined) return err(noKey());
  const x509 = await loadX509();
  const issuer = new x509.X509Certificate(authority.certificatePem);
  const serial = makeSerial();
  // Never longer than the authority, without which it would be worth nothing.
  const endMs = Math.min(order.nowMs + order.lifetimeMs, issuer.notAfter.getTime());
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial,
    subject: [{ CN: ['NovaCron'] }],
    issuer: issuer.subject,
    notBefore: new Date(order.nowMs - BACKDATE_MS),
    notAfter: new Date(endMs),
    signingAlgorithm: SIGNING,
    publicKey: order.key,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
      new x509.SubjectAlternativeNameExtension([{ type: 'url', value: order.identity }]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer, false),
    ],
  });
  const expiresAtMs = certificate.notAfter.getTime();
  const key = new Uint8Array(certificate.publicKey.rawData);
  const keyHash = createHash('sha256').update(key).digest('hex');
  return ok({ certificatePem: pemOf(certificate), serial, keyHash, expiresAtMs });
}

/** Before the library: what it is made with wants the other one, and does not load it itself. */
async function loadX509() {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

/** Positive, and never with a zero in front that encodings drop. */
function makeSerial(): string {
  return `4${randomBytes(SERIAL_BYTES).toString('hex').slice(1)}`;
}

function pemOf(certificate: { readonly toString: (format: 'pem') => string }): string {
  return `${certificate.toString('pem').trim()}\n`;
}

async function toPem({ privateKey }: webcrypto.CryptoKeyPair): Promise<string> {
  const bytes = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey));
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`;
}

async function fromPem(pem: string): Promise<webcrypto.CryptoKey | undefined> {
  const bytes = Buffer.from(pem.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64');
  try {
    return await webcrypto.subtle.importKey('pkcs8', bytes, KEYS, false, ['sign']);
  } catch {
    // It is damaged.
    return undefined;
  }
}

function noKey(): Problem {
  return problem('unavailable', {
    detail: 'The private key of the authority cannot be used.',
    remedy: 'Start the server with the sealing key that the store was first encrypted with.',
  });
}

function badRequest(why: string): Problem {
  return problem('validation-failed', {
    detail: `The certificate signing request cannot be used: ${why}.`,
    remedy: 'Create it with the agent: novacron agent --enroll TOKEN --server URL.',
    fields: [{ path: ['request'], message: why }],
  });
}
