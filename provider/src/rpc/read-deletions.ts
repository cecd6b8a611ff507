/** Who deleted what is gone: asked of the server for the first few, told in sum of the others. */
import type { Client } from '@novacron/contract/client';
import type { DeletedResource } from '@novacron/contract/drift';

/** How the end of a resource is told: by itself, in sum with all others, or not at all. */
export type DeletionNews =
  | { readonly kind: 'single' | 'sum'; readonly deleted: DeletedResource }
  | { readonly kind: 'silent' };

/** Tells about the next resource that is gone. */
export type FindDeletion = (id: string, signal: AbortSignal) => Promise<DeletionNews>;

/**
 * Makes it for one run. Nothing is told of what the server knows nothing about: an earlier release
 * does not say, and its log may not reach back that far.
 * @param toldMax - so many are told by themselves; about the others the server is not asked
 */
export function createDeletions(
  client: Client<{ readonly signal?: AbortSignal }>,
  toldMax: number,
): FindDeletion {
  const asked: Promise<DeletedResource | undefined>[] = [];
  let isSumTold = false;
  const ask = async (id: string, signal: AbortSignal) => {
    const report = await client.call('drift.report', { resource_id: id }, { signal });
    return report.ok ? report.value.deleted?.[0] : undefined;
  };
  return async (id, signal) => {
    const isSingle = asked.length < toldMax;
    // Whoever wants to hear of none by itself is told in sum, of which one has to be known.
    if (isSingle || asked.length === 0) asked.push(ask(id, signal));
    if (isSingle) {
      const deleted = await asked[asked.length - 1];
      return deleted === undefined ? { kind: 'silent' } : { kind: 'single', deleted };
    }
    const deleted = (await Promise.all(asked)).find((each) => each !== undefined);
    if (isSumTold || deleted === undefined) return { kind: 'silent' };
    isSumTold = true;
    return { kind: 'sum', deleted };
  };
}
