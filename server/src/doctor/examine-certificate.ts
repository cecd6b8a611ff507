/** Whether a certificate and its key can be used, for which names and until when. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Check } from '@novacron/agent/doctor/judge-host';
import { systemClock } from '@novacron/runtime/clock';
import { messageOf } from '../config/read-text-file.ts';
import { fine, limited, missing } from './judgement.ts';

/** Time in which an operator can still renew it in peace. Unit: milliseconds. */
const SOON_MS = 14 * 86_400_000;

const REMEDY = 'renew it: the server reads new files by itself';

/** Examines the files, PEM. */
export function examineCertificate(
  name: string,
  files: { readonly cert: string; readonly key: string },
): Check {
  try {
    const certificate = new X509Certificate(readFileSync(files.cert));
    const key = createPrivateKey(readFileSync(files.key));
    if (certificate.checkPrivateKey(key)) return judgeTime(name, certificate);
    return unusable(name, `${files.key} is not the key of ${files.cert}`);
  } catch (cause) {
    return unusable(name, `${files.cert} with ${files.key} cannot be used: ${messageOf(cause)}`);
  }
}

function unusable(name: string, found: string): Check {
  const remedy = 'name a certificate chain and its private key, both as PEM';
  return missing(name, { found, cost: 'no server starts', remedy });
}

function judgeTime(name: string, { validTo, validFrom, subjectAltName }: X509Certificate): Check {
  const nowMs = systemClock.nowMs();
  const names = subjectAltName ?? 'no host';
  const leftMs = Date.parse(validTo) - nowMs;
  if (Date.parse(validFrom) > nowMs) {
    const remedy = 'wait, or set the clock: timedatectl set-ntp true';
    const cost = 'clients refuse to connect';
    return limited(name, { found: `it is valid from ${validFrom} only`, cost, remedy });
  }
  if (leftMs <= 0) {
    const cost = 'clients refuse to connect';
    return limited(name, { found: `it EXPIRED on ${validTo}`, cost, remedy: REMEDY });
  }
  const found = `it names ${names}, until ${validTo}`;
  if (leftMs > SOON_MS) return fine(name, found);
  return limited(name, { found, cost: 'clients refuse to connect then', remedy: REMEDY });
}
