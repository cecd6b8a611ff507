/**
 * Evidence of compliance: a record for each change of a result or its reason, chained by hashes, and the signed
 * root of a bundle. What is hashed and signed is defined here, for the server and for verifiers.
 */
import { z } from 'zod';
import { canonicalJson } from '../json.ts';
import { Timestamp } from '../schema/resource.ts';
import { StandardName } from './compliance.ts';

/** The hash that the first record of a tenant follows. */
export const EVIDENCE_START = '0'.repeat(64);

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 hash in hexadecimal');

/** States of a subject in a check. */
export const ResultState = z.enum([
  'pass',
  'fail',
  'not-evaluated',
  'error',
  'not-applicable',
  'gone',
]);
export type ResultState = z.infer<typeof ResultState>;

/** The result of a check for a subject, from a moment on. */
export const EvidenceRecord = z.looseObject({
  position: z.int().min(1).describe('Position in the chain of the tenant'),
  check: z.string().describe('Id of the check, such as NC-NET-001'),
  subject_kind: z.string(),
  subject_id: z.string(),
  subject_name: z.string(),
  subject_revision: z.int().nullable().describe('Revision of the subject; null if it has none'),
  state: ResultState.describe('`gone`: the subject was deleted'),
  reason: z.string().describe('What is wrong, or which fact is absent'),
  facts: z.record(z.string(), z.unknown()).describe('Facts that the verdict rests on'),
  at: Timestamp.describe('Time of the scan that first saw this result and its reason'),
  catalogue: z.string().describe('Digest of the checks and standards'),
  build: z.string().describe('Release of the server that judged'),
  previous: Sha256.describe('Hash of the record before'),
  hash: Sha256.describe('SHA-256 over the other fields in canonical JSON (RFC 8785)'),
});
export type EvidenceRecord = z.infer<typeof EvidenceRecord>;

/** The signed end of a bundle. */
export const EvidenceRoot = z.looseObject({
  tenant: z.string(),
  standard: StandardName,
  from: Timestamp,
  to: Timestamp,
  records: z.int().min(0).describe('Number of records of the bundle'),
  digest: Sha256.describe('SHA-256 over the hashes of these records, in order'),
  head_position: z.int().min(0).describe('Position of the last record of the tenant'),
  head_hash: Sha256.describe('Its hash'),
  made_at: Timestamp,
  build: z.string(),
});
export type EvidenceRoot = z.infer<typeof EvidenceRoot>;

/** A root with the signature of the server. */
export const SignedRoot = z.looseObject({
  root: EvidenceRoot,
  key_id: z
    .string()
    .describe('Id of the signing key, as `novacron admin policy-signing-key list` shows it'),
  public_key: z.string().describe('The public key, `ed25519:` and base64url'),
  signature: z.string().max(128).describe('Ed25519 signature of the other fields, base64'),
});
export type SignedRoot = z.infer<typeof SignedRoot>;

/** The text whose SHA-256 is the hash of a record. */
export function bytesOfRecord({ hash: _hash, ...record }: EvidenceRecord): string {
  return canonicalJson(record);
}

/** The text that the server signs: no signature made for something else is valid here. */
export function bytesOfEnd(end: Pick<SignedRoot, 'root' | 'key_id' | 'public_key'>): string {
  return `novacron compliance evidence v1\n${canonicalJson(end)}`;
}
