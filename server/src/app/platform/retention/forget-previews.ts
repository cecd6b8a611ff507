/** Deletes previewed placements of VMs that were never created, and the runs that made them. */
import type { Change } from '../../../ports/store.ts';
import { VALUE_INTENT_MS } from '../value-intents/store-intents.ts';
import { deleteRows, type RetentionJob, type RetentionScope } from './retention-job.ts';

const DAY_MS = 86_400_000;

/** Time for which a saved plan can be applied. */
const PREVIEW_MS = 30 * DAY_MS;

/** No run of a client takes longer. */
const RUN_MS = DAY_MS;

/** Deletes previews. */
export const previewsJob: RetentionJob = {
  name: 'placement-previews',
  deleteBatch: (scope) => forgetOld(scope, 'placement_previews', PREVIEW_MS),
};

/** Deletes runs. */
export const runsJob: RetentionJob = {
  name: 'preview-places',
  deleteBatch: (scope) => forgetOld(scope, 'preview_places', RUN_MS),
};

/** Deletes what plans that were never applied take and give up. */
export const valueIntentsJob: RetentionJob = {
  name: 'value-intents',
  deleteBatch: (scope) => forgetOld(scope, 'value_intents', VALUE_INTENT_MS),
};

/** Deletes writes of plans that are too old to be applied. */
export const plannedWritesJob: RetentionJob = {
  name: 'planned-writes',
  deleteBatch: (scope) => forgetOld(scope, 'planned_writes', PREVIEW_MS),
};

async function forgetOld(
  scope: RetentionScope,
  from: 'placement_previews' | 'preview_places' | 'value_intents' | 'planned_writes',
  ageMs: number,
): Promise<number> {
  const { deps, nowMs, limit } = scope;
  const where = { created_at_ms: { below: nowMs - ageMs } };
  const orderBy = { column: 'created_at_ms', direction: 'asc' } as const;
  const rows = await deps.store.read({ from, where, orderBy, limit, damaged: 'blank' });
  const drops = rows.map(({ id }): Change => ({ kind: 'drop', from, id }));
  return deleteRows(scope, rows.length, drops);
}
