/**
 * Finds who deleted a missing resource: one call each for the first few, a summary for the others.
 */
import type { Client } from '@novacron/contract/client/client';
import type { DeletedResource } from '@novacron/contract/drift/drift';

/**
 * Form of a deletion report: individual, a summary of all further deletions, unexplained (only the
 * first of those), or none.
 */
export type DeletionReport =
  | { readonly kind: 'individual' | 'summary'; readonly deleted: DeletedResource }
  | { readonly kind: 'unexplained' }
  | { readonly kind: 'suppressed' };

/** Returns how to report the next missing resource. */
export type FindDeletion = (id: string, signal: AbortSignal) => Promise<DeletionReport>;

/** The server's answer about the deletion of a resource. */
type Trace = DeletedResource | 'none' | 'unavailable';

/**
 * Creates the lookup for one run.
 * @param warningsMax - maximum number of individual reports; further ones cause no calls
 */
export function createDeletions(
  client: Client<{ readonly signal?: AbortSignal }>,
  warningsMax: number,
): FindDeletion {
  const asked: Promise<Trace>[] = [];
  let isSummaryReported = false;
  let isUnexplainedReported = false;
  const ask = async (id: string, signal: AbortSignal): Promise<Trace> => {
    const report = await client.call('drift.report', { resource_id: id }, { signal });
    return report.ok ? (report.value.deleted?.[0] ?? 'none') : 'unavailable';
  };
  const unexplained = (): DeletionReport => {
    if (isUnexplainedReported) return { kind: 'suppressed' };
    isUnexplainedReported = true;
    return { kind: 'unexplained' };
  };
  return async (id, signal) => {
    const isSingle = asked.length < warningsMax;
    // With a maximum of 0 there is only the summary, which needs one known deletion.
    if (isSingle || asked.length === 0) asked.push(ask(id, signal));
    if (isSingle) {
      const trace = (await asked[asked.length - 1]) ?? 'unavailable';
      if (trace === 'none') return unexplained();
      return isDeletion(trace) ? { kind: 'individual', deleted: trace } : { kind: 'suppressed' };
    }
    const traces = await Promise.all(asked);
    const deleted = traces.find(isDeletion);
    if (traces.includes('none') && deleted === undefined) return unexplained();
    if (isSummaryReported || deleted === undefined) return { kind: 'suppressed' };
    isSummaryReported = true;
    return { kind: 'summary', deleted };
  };
}

function isDeletion(trace: Trace): trace is DeletedResource {
  return typeof trace === 'object';
}
