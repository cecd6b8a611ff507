/** Reads what has drifted, which checks of compliance judge. */
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { SubjectReader } from './read-subjects.ts';
import type { TenantMemory } from './tenant-memory.ts';

/** Reads the open drift of all resources, or of one. */
export async function readDrift(
  { client, context }: SubjectReader,
  drift: TenantMemory['drift'],
  { nowMs, id }: { readonly nowMs: number; readonly id?: string },
): Promise<void> {
  const answer = await client.call('drift.report', { ...(id && { resource_id: id }) }, context);
  if (!answer.ok) throw new Error(answer.error.detail);
  if (id === undefined) drift.clear();
  else drift.delete(id);
  for (const { resource_id: of, drift_class, detected_at } of answer.value.items) {
    drift.set(of, {
      drift_class: drift_class ?? 'cosmetic',
      detected_at: detected_at ?? toTimestamp(nowMs),
    });
  }
}
