/** `novacron drift show`: one resource, whether it has drifted, and how. */
import type { ExplainedDriftRecord } from '@novacron/contract/drift';
import { RESOURCE_KINDS, type ResourceKind } from '@novacron/contract/field';
import { isOperationName } from '@novacron/contract/operations';
import { err, ok, type Result } from '@novacron/contract/result';
import { type Failure, usageFailure } from '../failure.ts';
import { isIdOf, nounOfPrefix } from '../nouns.ts';
import type { OutputFormat } from '../render-output.ts';
import { resolveName } from '../resolve-names.ts';
import type { Outcome } from '../run-command.ts';
import { callOperation, type Session } from '../session.ts';
import { failureOfDrift, readRecords } from './read-records.ts';
import { renderReport } from './render-drift.ts';
import type { ReportRequest } from './report-drift.ts';

/** Which resource. */
export interface ShowRequest extends Pick<ReportRequest, 'failOn'> {
  /** Id or name. */
  readonly resource: string;
  /** Where a name stands for several resources. */
  readonly kind?: ResourceKind;
  readonly format: OutputFormat;
}

/**
 * Shows the drift of one resource. Failures: `not-found` for what neither exists nor has drifted,
 * wrong usage for a name of several, problems of the server, and the finding of `failOn`.
 */
export async function showDrift(session: Session, request: ShowRequest): Promise<Outcome> {
  const found = await findRecord(session, request);
  if (!found.ok) return { failure: found.error };
  const { failOn, format } = request;
  const records = found.value.map((record) => ({ record }));
  const style = { format, version: session.io.version };
  const text = `${request.resource} has not drifted\n`;
  const isClean = records.length === 0 && format === 'table';
  const document = isClean
    ? ({ kind: 'report', value: [], text } as const)
    : renderReport({ records, groups: [], comparison: undefined }, style);
  const failure = failureOfDrift(found.value, failOn);
  return failure === undefined ? { document } : { document, failure };
}

/** What is gone has no name that could be looked up, but its record still has one. */
async function findRecord(
  session: Session,
  { resource, kind }: ShowRequest,
): Promise<Result<readonly ExplainedDriftRecord[], Failure>> {
  if (isIdOf(RESOURCE_KINDS, resource)) return findById(session, resource);
  const all = await readRecords(session, kind === undefined ? {} : { resource_kind: kind });
  if (!all.ok) return all;
  const named = all.value.filter(({ resource_name: name }) => name === resource);
  if (named.length === 1) return ok(named);
  if (named.length > 1) {
    const kinds = named.map(({ resource_kind, resource_id }) => `${resource_kind} ${resource_id}`);
    return err(usageFailure(`${resource} stands for ${kinds.join(', ')}: give --resource-kind`));
  }
  const id = await resolveName(session, kind === undefined ? RESOURCE_KINDS : [kind], resource);
  return id.ok ? ok([]) : id;
}

async function findById(
  session: Session,
  id: string,
): Promise<Result<readonly ExplainedDriftRecord[], Failure>> {
  const records = await readRecords(session, { resource_id: id });
  if (!records.ok || records.value.length > 0) return records;
  const read = `${nounOfPrefix(id.slice(0, id.indexOf('_')))}.get`;
  const found = isOperationName(read) ? await callOperation(session, read, { id }) : ok({});
  return found.ok ? records : found;
}
