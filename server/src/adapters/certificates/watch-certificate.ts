/** Keeps the certificate of the listener current, with the metric of its expiry. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';
import type { Timers } from '@novacron/runtime/timers';
import type { Telemetry } from '../../ports/telemetry.ts';
import { watchFiles } from './watch-files.ts';

const MILLISECONDS = 1_000;

/** PEM texts. */
interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Dependencies of the watch. */
export interface CertificateWatch {
  /** The certificate in use, with the files that it was read from. */
  readonly tls: Certificate & { readonly files: Certificate };
  /** Has new connections use another one. */
  readonly renew: (certificate: Certificate) => Result<void, Problem>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
}

/** Begins to watch its files; what cannot be used is logged, and the former one stays. */
export function watchCertificate(parts: CertificateWatch): () => void {
  const { tls, renew, timers, logger } = parts;
  const { files } = tls;
  let used: Certificate = tls;
  let refused = '';
  tellExpiry(parts, tls.cert);

  function refuse(fault: string): void {
    if (fault === refused) return;
    refused = fault;
    logger.error({ ...files, fault }, 'the new TLS certificate is not used: the former one stays');
  }

  function reload(): void {
    let next: Certificate;
    try {
      next = { cert: readFileSync(files.cert, 'utf8'), key: readFileSync(files.key, 'utf8') };
    } catch (cause) {
      refuse(cause instanceof Error ? cause.message : String(cause));
      return;
    }
    if (next.cert === used.cert && next.key === used.key) return;
    const renewed = renew(next);
    if (!renewed.ok) {
      refuse(renewed.error.detail);
      return;
    }
    used = next;
    refused = '';
    const { validTo } = new X509Certificate(next.cert);
    logger.info({ ...files, expires: validTo }, 'the TLS certificate was renewed');
    tellExpiry(parts, next.cert);
  }

  return watchFiles({ files: [files.cert, files.key], timers, onChange: reload });
}

/** Monitoring must see it in time, and an operator who starts with one that is over at once. */
function tellExpiry({ tls, clock, logger, telemetry }: CertificateWatch, cert: string): void {
  const { validTo } = new X509Certificate(cert);
  const atMs = Date.parse(validTo);
  telemetry.set('novacron_tls_certificate_expires_timestamp_seconds', [
    { labels: {}, value: atMs / MILLISECONDS },
  ]);
  if (atMs > clock.nowMs()) return;
  logger.error(
    { file: tls.files.cert, expired: validTo, remedy: 'Renew it: the server reads it by itself.' },
    'the TLS certificate has expired: clients refuse to connect',
  );
}
