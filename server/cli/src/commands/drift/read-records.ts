/** Asks a server what has drifted. */
import {
  DeletedResource,
  DriftGroup,
  type DriftSeverity,
  ExplainedDriftRecord,
  TamperedBaseline,
} from '@novacron/contract/drift/drift';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import { callOperation, type Session } from '../../client/session.ts';
import { type Failure, findingsFailure, unevaluatedFailure } from '../../failures/failure.ts';
import { countOf } from '../../output/count-of.ts';
import type { Fields } from '../../output/fields.ts';
import { rankOf } from './describe-record.ts';

const Report = z.looseObject({
  items: z.array(ExplainedDriftRecord),
  groups: z.array(DriftGroup).default([]),
  tampered: z.array(TamperedBaseline).default([]),
  deleted: z.array(DeletedResource).default([]),
});
/** Drift report of a server. */
export type Report = z.infer<typeof Report>;

/** The report that a filter asks for. Failures: those of the server. */
export async function readReport(
  session: Session,
  input: Fields = {},
): Promise<Result<Report, Failure>> {
  const answer = await callOperation(session, 'drift.report', input);
  return answer.ok ? ok(Report.parse(answer.value)) : answer;
}

/**
 * The drift records that a filter asks for. Failures: those of the server, and baselines that were
 * changed behind it, because the drift of their resources is unknown.
 */
export async function readRecords(
  session: Session,
  input: Fields = {},
): Promise<Result<readonly ExplainedDriftRecord[], Failure>> {
  const report = await readReport(session, input);
  if (!report.ok) return report;
  const failure = failureOfTampering(report.value);
  return failure === undefined ? ok(report.value.items) : err(failure);
}

/** The failure of baselines that nothing can be measured from; undefined where all are sound. */
export function failureOfTampering({ tampered }: Report): Failure | undefined {
  const [first] = tampered;
  if (first === undefined) return undefined;
  const more = tampered.length > 1 ? ` (${countOf(tampered.length - 1, 'other')} likewise)` : '';
  return unevaluatedFailure(`${first.detail}${more}`);
}

/** The failure of `--fail-on`; undefined where nothing is that severe, or it was not requested. */
export function failureOfDrift(
  records: readonly Pick<ExplainedDriftRecord, 'severity'>[],
  failOn: DriftSeverity | undefined,
): Failure | undefined {
  if (failOn === undefined) return undefined;
  const found = records.filter(({ severity }) => rankOf(severity) <= rankOf(failOn)).length;
  if (found === 0) return undefined;
  return findingsFailure(`drift at or above ${failOn}: ${countOf(found, 'resource')}`);
}
