/** Asks the server which differences are drift: one report for all, one more for what it lacks. */
import type { Client } from '@novacron/contract/client/client';
import type { ExplainedChange, ExplainedDriftRecord } from '@novacron/contract/drift/drift';
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';

/** The server's report on one resource. */
export interface DriftReason {
  readonly record: ExplainedDriftRecord | undefined;
  /**
   * Explanation of why a difference is not drift: made by NovaCron, adopted, or ignored for now.
   */
  readonly explained: ExplainedChange | undefined;
  /** Identifies the cause, as the groups of the report do. */
  readonly cause: string | undefined;
  /** Reason why the server cannot tell whether a difference is drift; undefined if it can. */
  readonly unknown: string | undefined;
}

type Report = OutputOf<'drift.report'>;
type DriftClient = Client<{ readonly signal?: AbortSignal }>;

const NOTHING: DriftReason = {
  record: undefined,
  explained: undefined,
  cause: undefined,
  unknown: undefined,
};

/**
 * Reads the report of a deployment.
 * @returns the lookup by resource; one that the report does not contain is asked for by its id,
 *   because another deployment may have applied it
 */
export async function readDriftReasons(
  client: DriftClient,
  deployment: string,
  signal: AbortSignal,
): Promise<(id: string) => Promise<DriftReason>> {
  const ofDeployment = indexReport(await client.call('drift.report', { deployment }, { signal }));
  return async (id) => {
    const found = ofDeployment(id);
    if (found !== undefined) return found;
    const own = await client.call('drift.report', { resource_id: id }, { signal });
    const isCompared = !own.ok || own.value.compared !== 0;
    return indexReport(own)(id) ?? (isCompared ? NOTHING : { ...NOTHING, unknown: noBaseline(id) });
  };
}

/** @returns what the report says about a resource; undefined where it does not contain it */
function indexReport(report: Result<Report, Problem>): (id: string) => DriftReason | undefined {
  if (!report.ok) {
    const reason = { ...NOTHING, unknown: `${report.error.detail} ${report.error.remedy}` };
    return () => reason;
  }
  const { items, explained = [], groups = [], tampered = [] } = report.value;
  const records = new Map(items.map((record) => [record.resource_id, record]));
  const reasons = new Map(explained.map((each) => [each.resource_id, each]));
  const causes = new Map(
    groups.flatMap(({ cause, resource_ids: ids }) => ids.map((id) => [id, cause] as const)),
  );
  const unknown = new Map(tampered.map(({ resource_id, detail }) => [resource_id, detail]));
  return (id) => {
    const maps = [records, reasons, unknown];
    if (!maps.some((map) => map.has(id))) return undefined;
    return {
      record: records.get(id),
      explained: reasons.get(id),
      cause: causes.get(id),
      unknown: unknown.get(id),
    };
  };
}

function noBaseline(id: string): string {
  return (
    `The server has no baseline of ${id}: Terraform has not applied it yet. Apply it, or accept ` +
    `its current state: novacron drift baseline set ${id}.`
  );
}
