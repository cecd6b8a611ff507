/** Forgets what plans have shown of VMs that nobody created, and the runs that have shown it. */
import type { Change } from '../../../ports/store.ts';
import { forgetRows, type RetentionJob, type RetentionScope } from './retention-job.ts';

const DAY_MS = 86_400_000;

/** A saved plan can be applied as long. */
const PREVIEW_MS = 30 * DAY_MS;

/** No run of a client takes longer. */
const RUN_MS = DAY_MS;

/** Forgets previews. */
export const previewsJob: RetentionJob = {
  name: 'placement-previews',
  forgetSome: (scope) => forgetOld(scope, 'placement_previews', PREVIEW_MS),
};

/** Forgets runs. */
export const runsJob: RetentionJob = {
  name: 'preview-places',
  forgetSome: (scope) => forgetOld(scope, 'preview_places', RUN_MS),
};

async function forgetOld(
  scope: RetentionScope,
  from: 'placement_previews' | 'preview_places',
  ageMs: number,
): Promise<number> {
  const { deps, nowMs, limit } = scope;
  const where = { created_at_ms: { below: nowMs - ageMs } };
  const rows = await deps.store.read({ from, where, limit });
  const drops = rows.map(({ id }): Change => ({ kind: 'drop', from, id }));
  return forgetRows(scope, rows.length, drops);
}
