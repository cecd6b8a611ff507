/** Keeps what a server shows to the message bus where its TLS reads it, with each connection. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LinkTls } from '@novacron/contract/link-tls';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { Logger } from '@novacron/runtime/logger';

const PRIVATE_FILE_MODE = 0o600;

/** In the data directory: key and certificate in one file, so that they change at once. */
const FILE = 'bus.pem';

/** Permitted sources and destinations of a bus certificate. */
export interface BusCertificateParts {
  readonly dataDir: string;
  readonly servers: readonly string[];
  readonly tls: LinkTls;
  /** Makes key and certificate. */
  readonly sign: () => Promise<Result<string, Problem>>;
  readonly logger: Logger;
}

/**
 * The link with a certificate of our own authority, where it has TLS and none was named. Without
 * one, the bus may let the server in all the same, so that this is no reason to stop.
 */
export async function issueBusCertificate(parts: BusCertificateParts): Promise<LinkTls> {
  const { dataDir, servers, tls, sign, logger } = parts;
  const hasTls = tls.caFile !== undefined || servers.some((each) => each.startsWith('tls:'));
  if (!hasTls || tls.certFile !== undefined) return tls;
  const signed = await sign();
  if (!signed.ok) {
    logger.warn({ problem: signed.error }, 'the server has no certificate for the message bus');
    return tls;
  }
  const file = join(dataDir, FILE);
  const next = `${file}.next`;
  rmSync(next, { force: true });
  writeFileSync(next, signed.value, { mode: PRIVATE_FILE_MODE, flag: 'wx', flush: true });
  renameSync(next, file);
  return { ...tls, certFile: file, keyFile: file };
}
