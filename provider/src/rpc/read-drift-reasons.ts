/** Reads the server's drift report of one deployment, by resource. */
import type { Client } from '@novacron/contract/client/client';
import type {
  DriftGroup,
  ExplainedChange,
  ExplainedDriftRecord,
} from '@novacron/contract/drift/drift';

/** The server's report on one resource. */
export interface DriftReason {
  readonly record: ExplainedDriftRecord | undefined;
  /** Why a difference is not drift: made by NovaCron, adopted, or ignored for now. */
  readonly explained: ExplainedChange | undefined;
  /** All resources with the same cause; not sent by servers of earlier releases. */
  readonly group: DriftGroup | undefined;
}

/** Reads the report. If that fails, the plan still shows the change itself. */
export async function readDriftReasons(
  client: Client<{ readonly signal?: AbortSignal }>,
  deployment: string,
  signal: AbortSignal,
): Promise<(id: string) => DriftReason> {
  const report = await client.call('drift.report', { deployment }, { signal });
  const { items = [], explained = [], groups = [] } = report.ok ? report.value : {};
  const records = new Map(items.map((record) => [record.resource_id, record]));
  const reasons = new Map(explained.map((each) => [each.resource_id, each]));
  const byResource = new Map(
    groups.flatMap((group) => group.resource_ids.map((id) => [id, group] as const)),
  );
  return (id) => ({
    record: records.get(id),
    explained: reasons.get(id),
    group: byResource.get(id),
  });
}
