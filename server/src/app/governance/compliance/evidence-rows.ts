/** Records of evidence between their rows and what is hashed. */
import { createHash } from 'node:crypto';
import {
  bytesOfRecord,
  EVIDENCE_START,
  type EvidenceRecord,
  ResultState,
} from '@novacron/contract/compliance/evidence';
import { canonicalJson } from '@novacron/contract/json';
import type { CheckResult } from '@novacron/engine/compliance/model/check';
import type { ResultInterval } from '@novacron/engine/compliance/model/history';
import { z } from 'zod';
import type { ComplianceEvidenceRow } from '../../../ports/tables/policy/compliance-rows.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

const Verdict = z.looseObject({
  reason: z.string(),
  evidence: z.record(z.string(), z.unknown()),
});

/** The end of a tenant's chain. */
export interface EvidenceHead {
  readonly position: number;
  readonly hash: string;
  readonly atMs: number;
}

/** The end of a chain without records. */
export const EMPTY_CHAIN: EvidenceHead = { position: 0, hash: EVIDENCE_START, atMs: 0 };

/** Gives a row its place at the end of a chain. */
export function chainRow(
  row: Omit<ComplianceEvidenceRow, 'id' | 'position' | 'previous' | 'hash'>,
  head: EvidenceHead,
): ComplianceEvidenceRow {
  const position = head.position + 1;
  const linked = {
    ...row,
    id: `${row.tenant_id}.${String(position).padStart(12, '0')}`,
    position,
    previous: head.hash,
    hash: EVIDENCE_START,
  };
  return { ...linked, hash: sha256(bytesOfRecord(toRecord(linked))) };
}

/** A record as bundles have it. A damaged verdict is empty, so that its hash is wrong. */
export function toRecord(row: ComplianceEvidenceRow): EvidenceRecord {
  const verdict = Verdict.safeParse(parseStored(row.verdict_json));
  const { reason, evidence } = verdict.data ?? { reason: '', evidence: {} };
  return {
    position: row.position,
    check: row.check_id,
    subject_kind: row.subject_kind,
    subject_id: row.subject_id,
    subject_name: row.subject_name,
    subject_revision: row.subject_revision,
    state: ResultState.parse(row.state),
    reason,
    facts: evidence,
    at: toTimestamp(row.at_ms),
    catalogue: row.catalogue,
    build: row.build,
    previous: row.previous,
    hash: row.hash,
  };
}

/**
 * Whether a result says something else than the record of the same state before. Facts of a pass
 * change all the time, and ages in a reason grow without a change of the facts.
 */
export function isOtherReason(
  row: ComplianceEvidenceRow,
  { state, reason, evidence }: Pick<CheckResult, 'state' | 'reason' | 'evidence'>,
): boolean {
  const before = toRecord(row);
  if (state === 'pass' || before.reason === reason) return false;
  if (withoutNumbers(before.reason) !== withoutNumbers(reason)) return true;
  return canonicalJson(before.facts) !== canonicalJson(evidence);
}

function withoutNumbers(reason: string): string {
  return reason.replace(/\d+/g, '0');
}

/** A result as the engine adds it up. */
export function toInterval(row: ComplianceEvidenceRow): ResultInterval {
  return {
    checkId: row.check_id,
    subjectKind: row.subject_kind,
    subjectId: row.subject_id,
    subjectName: row.subject_name,
    state: ResultState.parse(row.state),
    fromMs: row.at_ms,
    untilMs: row.until_ms,
  };
}

/** SHA-256 of a text, hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
