/** Asks a server what has drifted. */
import { type DriftSeverity, ExplainedDriftRecord } from '@novacron/contract/drift';
import { ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import { countOf } from '../count-of.ts';
import { type Failure, findingsFailure } from '../failure.ts';
import type { Fields } from '../fields.ts';
import { listAll } from '../list-all.ts';
import type { Session } from '../session.ts';
import { rankOf } from './describe-record.ts';

const Records = z.array(ExplainedDriftRecord);

/** The drift records that a filter asks for. Failures: those of the server. */
export async function readRecords(
  session: Session,
  input: Fields = {},
): Promise<Result<readonly ExplainedDriftRecord[], Failure>> {
  const items = await listAll(session, { operation: 'drift.report', input });
  return items.ok ? ok(Records.parse(items.value)) : items;
}

/** The failure of `--fail-on`; undefined where nothing is that severe, or nobody asked. */
export function failureOfDrift(
  records: readonly Pick<ExplainedDriftRecord, 'severity'>[],
  failOn: DriftSeverity | undefined,
): Failure | undefined {
  if (failOn === undefined) return undefined;
  const found = records.filter(({ severity }) => rankOf(severity) <= rankOf(failOn)).length;
  if (found === 0) return undefined;
  return findingsFailure(`drift at or above ${failOn}: ${countOf(found, 'resource')}`);
}
