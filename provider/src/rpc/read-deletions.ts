/** Who deleted what is gone: asked of the server for the first few, told in sum of the others. */
import type { Client } from '@novacron/contract/client';
import type { DeletedResource } from '@novacron/contract/drift';

/**
 * How the end of a resource is told: by itself, in sum with all others, as one that left no trace
 * (the first of those alone), or not at all.
 */
export type DeletionReport =
  | { readonly kind: 'single' | 'sum'; readonly deleted: DeletedResource }
  | { readonly kind: 'untraced' }
  | { readonly kind: 'silent' };

/** Tells about the next resource that is gone. */
export type FindDeletion = (id: string, signal: AbortSignal) => Promise<DeletionReport>;

/** What the server says of the end of a resource. */
type Trace = DeletedResource | 'none' | 'not-told';

/**
 * Makes it for one run.
 * @param warningsMax - so many are told by themselves; about the others the server is not asked
 */
export function createDeletions(
  client: Client<{ readonly signal?: AbortSignal }>,
  warningsMax: number,
): FindDeletion {
  const asked: Promise<Trace>[] = [];
  let isSumTold = false;
  let isUntracedTold = false;
  const ask = async (id: string, signal: AbortSignal): Promise<Trace> => {
    const report = await client.call('drift.report', { resource_id: id }, { signal });
    return report.ok ? (report.value.deleted?.[0] ?? 'none') : 'not-told';
  };
  const untraced = (): DeletionReport => {
    if (isUntracedTold) return { kind: 'silent' };
    isUntracedTold = true;
    return { kind: 'untraced' };
  };
  return async (id, signal) => {
    const isSingle = asked.length < warningsMax;
    // Whoever wants to hear of none by itself is told in sum, of which one has to be known.
    if (isSingle || asked.length === 0) asked.push(ask(id, signal));
    if (isSingle) {
      const trace = (await asked[asked.length - 1]) ?? 'not-told';
      if (trace === 'none') return untraced();
      return isTold(trace) ? { kind: 'single', deleted: trace } : { kind: 'silent' };
    }
    const traces = await Promise.all(asked);
    const deleted = traces.find(isTold);
    if (traces.includes('none') && deleted === undefined) return untraced();
    if (isSumTold || deleted === undefined) return { kind: 'silent' };
    isSumTold = true;
    return { kind: 'sum', deleted };
  };
}

function isTold(trace: Trace): trace is DeletedResource {
  return typeof trace === 'object';
}
