/** `novacron drift show`: one resource, whether it has drifted, and how. */
import type { DeletedResource, ExplainedDriftRecord } from '@novacron/contract/drift/drift';
import { isOperationName } from '@novacron/contract/operations-table/operations';
import { err, ok, type Result } from '@novacron/contract/result';
import { RESOURCE_KINDS, type ResourceKind } from '@novacron/contract/schema/resource-kind';
import { isIdOf, nounOfPrefix } from '../../arguments/nouns.ts';
import { callOperation, type Session } from '../../client/session.ts';
import { type Failure, usageFailure } from '../../failures/failure.ts';
import { resolveName } from '../../operations/resolve-names.ts';
import type { Outcome } from '../../operations/run-command.ts';
import type { OutputFormat } from '../../output/render-output.ts';
import { failureOfDrift, failureOfTampering, readRecords, readReport } from './read-records.ts';
import { renderDeleted, renderReport } from './render-drift.ts';
import type { ReportRequest } from './report-drift.ts';

/** Resource to show. */
export interface ShowRequest extends Pick<ReportRequest, 'failOn'> {
  /** Id or name. */
  readonly resource: string;
  /** Kind, if a name matches several resources. */
  readonly kind?: ResourceKind;
  readonly format: OutputFormat;
}

/**
 * Shows the drift of one resource; for a deleted one, who deleted it, when and how.
 * Failures: `not-found` for what neither exists nor is known to have been there, wrong usage for a
 * name of several, problems of the server, and the finding of `failOn`.
 */
export async function showDrift(session: Session, request: ShowRequest): Promise<Outcome> {
  const found = await findRecord(session, request);
  if (!found.ok) return { failure: found.error };
  const { failOn, format } = request;
  const { records, deleted } = found.value;
  const style = { format, version: session.io.version };
  const text = `${request.resource} has not drifted\n`;
  const isClean = records.length === 0 && format === 'table';
  const document = (() => {
    if (deleted.length > 0) return renderDeleted(deleted, style);
    if (isClean) return { kind: 'report', value: [], text } as const;
    const view = { records: records.map((record) => ({ record })), groups: [] };
    return renderReport({ ...view, comparison: undefined }, style);
  })();
  const failure = failureOfDrift([...records, ...deleted], failOn);
  return failure === undefined ? { document } : { document, failure };
}

/** Drift data of a single resource; empty if it has not drifted. */
interface Found {
  readonly records: readonly ExplainedDriftRecord[];
  readonly deleted: readonly DeletedResource[];
}

const CLEAN: Found = { records: [], deleted: [] };

async function findRecord(
  session: Session,
  { resource, kind }: ShowRequest,
): Promise<Result<Found, Failure>> {
  if (isIdOf(RESOURCE_KINDS, resource)) return findById(session, resource);
  const all = await readRecords(session, kind === undefined ? {} : { resource_kind: kind });
  if (!all.ok) return all;
  const named = all.value.filter(({ resource_name: name }) => name === resource);
  if (named.length === 1) return ok({ ...CLEAN, records: named });
  if (named.length > 1) {
    const kinds = named.map(({ resource_kind, resource_id }) => `${resource_kind} ${resource_id}`);
    return err(usageFailure(`${resource} is ambiguous (${kinds.join(', ')}): add --resource-kind`));
  }
  const id = await resolveName(session, kind === undefined ? RESOURCE_KINDS : [kind], resource);
  return id.ok ? ok(CLEAN) : id;
}

async function findById(session: Session, id: string): Promise<Result<Found, Failure>> {
  const report = await readReport(session, { resource_id: id });
  if (!report.ok) return report;
  const failure = failureOfTampering(report.value);
  if (failure !== undefined) return err(failure);
  const { items: records, deleted } = report.value;
  if (records.length > 0 || deleted.length > 0) return ok({ records, deleted });
  const read = `${nounOfPrefix(id.slice(0, id.indexOf('_')))}.get`;
  const found = isOperationName(read) ? await callOperation(session, read, { id }) : ok({});
  return found.ok ? ok(CLEAN) : found;
}
