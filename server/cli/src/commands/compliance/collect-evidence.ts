/** Reads the evidence of a standard to its signed end, page after page. */
import type { EvidenceRecord, SignedRoot } from '@novacron/contract/compliance/evidence';
import { LIST_LIMIT_MAX } from '@novacron/contract/operation/operation-shapes';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Session } from '../../client/session.ts';
import { type Failure, problemFailure } from '../../failures/failure.ts';

/** Evidence with its signed end. */
export interface Evidence {
  readonly records: readonly EvidenceRecord[];
  readonly signed: SignedRoot;
}

/** Reads it. Failures: problems of the server. */
export async function collectEvidence(
  { client, signal }: Session,
  wanted: Pick<InputOf<'compliance.evidence'>, 'standard' | 'from' | 'to'>,
): Promise<Result<Evidence, Failure>> {
  const records: EvidenceRecord[] = [];
  const { standard, from: start, to: end } = wanted;
  let input: InputOf<'compliance.evidence'> = {
    standard,
    from: start,
    to: end,
    limit: LIST_LIMIT_MAX,
  };
  for (;;) {
    const answer = await client.call('compliance.evidence', input, { signal });
    if (!answer.ok) return err(problemFailure(answer.error));
    const { from, to, next, signed } = answer.value;
    records.push(...answer.value.records);
    if (signed !== null) return ok({ records, signed });
    // All pages are of the period of the first one.
    input = { ...input, from, to, ...(next !== null && { after: next }) };
  }
}
