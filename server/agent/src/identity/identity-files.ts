/** Enrollment data that an agent stores in its data directory, readable only by itself. */
import { createHash, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const PRIVATE_FILE_MODE = 0o600;
const PRIVATE_DIR_MODE = 0o700;

const Kept = z.looseObject({
  node: z.string(),
  token_hash: z.string(),
  server: z.string(),
  server_ca: z.string().optional(),
});

const Sent = Kept.pick({ node: true, token_hash: true });

/** An identity: everything but its key, which stays in the file. */
export interface Identity {
  readonly node: string;
  /** Hash of the token that was exchanged for it. */
  readonly tokenHash: string;
  /** Server that renews it. */
  readonly server: string;
  /** Authority of that server, PEM. */
  readonly serverCa: string | undefined;
  /** Facts, key and certificate in one file, so that they change at once. */
  readonly file: string;
  readonly certificatePem: string;
  readonly startsAtMs: number;
  readonly expiresAtMs: number;
}

/** Hashes a token, to recognize it at a later start. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Reads the identity; undefined where there is none, or none that can be used. */
export function readIdentity(dataDir: string): Identity | undefined {
  try {
    const text = readFileSync(pemFile(dataDir), 'utf8');
    const kept = Kept.parse(JSON.parse(text.slice(0, text.indexOf('\n'))));
    const certificatePem = text.slice(text.indexOf('-----BEGIN CERTIFICATE-----'));
    const certificate = new X509Certificate(certificatePem);
    return {
      node: kept.node,
      tokenHash: kept.token_hash,
      server: kept.server,
      serverCa: kept.server_ca,
      file: pemFile(dataDir),
      certificatePem,
      startsAtMs: Date.parse(certificate.validFrom),
      expiresAtMs: Date.parse(certificate.validTo),
    };
  } catch {
    return undefined;
  }
}

/** Writes an identity in place of the one before, whole or not at all. */
export function writeIdentity(
  dataDir: string,
  made: Pick<Identity, 'node' | 'tokenHash' | 'server' | 'serverCa'> & {
    readonly keyPem: string;
    readonly certificatePem: string;
    readonly authorityPem: string;
  },
): void {
  mkdirSync(folderIn(dataDir), { recursive: true, mode: PRIVATE_DIR_MODE });
  const { node, tokenHash, server, serverCa } = made;
  const facts = { node, token_hash: tokenHash, server, server_ca: serverCa };
  writePrivate(join(folderIn(dataDir), 'authority.crt'), made.authorityPem);
  // Readers of keys ignore any text before the first block of a PEM file.
  const text = `${JSON.stringify(facts)}\n${made.keyPem}${made.certificatePem}`;
  writePrivate(pemFile(dataDir), text);
  rmSync(requestFile(dataDir), { force: true });
}

/** A key that was made for a token, and the request that was sent with it; both PEM. */
export interface SentRequest {
  readonly keyPem: string;
  readonly requestPem: string;
}

/** Keeps them before the token is spent, so that the same key can ask once more. */
export function keepRequest(
  dataDir: string,
  { node, tokenHash, keyPem, requestPem }: SentRequest & Pick<Identity, 'node' | 'tokenHash'>,
): void {
  mkdirSync(folderIn(dataDir), { recursive: true, mode: PRIVATE_DIR_MODE });
  const facts = { node, token_hash: tokenHash };
  writePrivate(requestFile(dataDir), `${JSON.stringify(facts)}\n${keyPem}${requestPem}`);
}

/** Returns the previous request with a token; undefined if there is none, or it is unusable. */
export function findRequest(
  dataDir: string,
  { node, tokenHash }: Pick<Identity, 'node' | 'tokenHash'>,
): SentRequest | undefined {
  try {
    const text = readFileSync(requestFile(dataDir), 'utf8');
    const keyAt = text.indexOf('\n') + 1;
    const requestAt = text.indexOf('-----BEGIN CERTIFICATE REQUEST-----');
    const kept = Sent.parse(JSON.parse(text.slice(0, keyAt)));
    if (kept.node !== node || kept.token_hash !== tokenHash || requestAt < 0) return undefined;
    return { keyPem: text.slice(keyAt, requestAt), requestPem: text.slice(requestAt) };
  } catch {
    return undefined;
  }
}

/** The key in the file, PEM. */
export function readKey({ file }: Identity): string {
  const text = readFileSync(file, 'utf8');
  return text.slice(text.indexOf('\n') + 1, text.indexOf('-----BEGIN CERTIFICATE-----'));
}

function folderIn(dataDir: string): string {
  return join(dataDir, 'identity');
}

function pemFile(dataDir: string): string {
  return join(folderIn(dataDir), 'node.pem');
}

function requestFile(dataDir: string): string {
  return join(folderIn(dataDir), 'request.pem');
}

function writePrivate(file: string, text: string): void {
  const next = `${file}.next`;
  rmSync(next, { force: true });
  writeFileSync(next, text, { mode: PRIVATE_FILE_MODE, flag: 'wx', flush: true });
  renameSync(next, file);
}
