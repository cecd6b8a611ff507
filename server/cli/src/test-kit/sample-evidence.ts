/** Evidence of a small fleet, chained and signed as a server does it. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import {
  bytesOfEnd,
  bytesOfRecord,
  EVIDENCE_START,
  type EvidenceRecord,
  type EvidenceRoot,
  type SignedRoot,
} from '@novacron/contract/compliance/evidence';
import { AT } from './sample-base.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');

/** The public key that signs. */
export const SAMPLE_KEY = `ed25519:${publicKey.export({ format: 'jwk' }).x}`;

/** What differs between records. */
type Sample = Pick<EvidenceRecord, 'check' | 'subject_name' | 'state'> & {
  readonly reason?: string;
};

const SAMPLES: readonly Sample[] = [
  { check: 'NC-NET-001', subject_name: 'ssh', state: 'pass' },
  { check: 'NC-NET-001', subject_name: 'web', state: 'fail', reason: 'port 22 is <open>' },
  { check: 'NC-NET-001', subject_name: 'ssh', state: 'fail', reason: 'port 23 is open' },
  { check: 'NC-INV-006', subject_name: 'db', state: 'not-evaluated', reason: 'fact is absent' },
  { check: 'NC-INV-006', subject_name: 'app', state: 'error', reason: 'the check failed' },
  { check: 'NC-INV-006', subject_name: 'ok', state: 'pass' },
  { check: 'NC-INV-006', subject_name: 'old', state: 'gone' },
];

/** Hashes a record as it is. */
export function hashOf(record: EvidenceRecord): string {
  return sha256(bytesOfRecord(record));
}

/** The records, each chained to the one before it. */
export function sampleRecords(): readonly EvidenceRecord[] {
  let previous = EVIDENCE_START;
  return SAMPLES.map(({ check, subject_name, state, reason = '' }, at) => {
    const record: EvidenceRecord = {
      position: at + 1,
      check,
      subject_kind: 'vm',
      subject_id: `vm_${subject_name}`,
      subject_name,
      subject_revision: 1,
      state,
      reason,
      facts: { rules: 2 },
      at: AT,
      catalogue: 'c',
      build: '0.1.0',
      previous,
      hash: EVIDENCE_START,
    };
    previous = hashOf(record);
    return { ...record, hash: previous };
  });
}

/** Signs the end of records. */
export function signRecords(
  records: readonly EvidenceRecord[],
  changes: Partial<EvidenceRoot> = {},
): SignedRoot {
  const last = records.at(-1);
  const root: EvidenceRoot = {
    tenant: 'tnt_a',
    standard: 'pci-dss',
    from: AT,
    to: AT,
    records: records.length,
    digest: sha256(records.map(({ hash }) => hash).join('')),
    head_position: last?.position ?? 0,
    head_hash: last?.hash ?? EVIDENCE_START,
    made_at: AT,
    build: '0.1.0',
    ...changes,
  };
  const end = { root, key_id: 'psk_a', public_key: SAMPLE_KEY };
  const signature = sign(null, Buffer.from(bytesOfEnd(end)), privateKey).toString('base64');
  return { ...end, signature };
}

/** A bundle as a file. */
export function bundleOf(lines: readonly object[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
