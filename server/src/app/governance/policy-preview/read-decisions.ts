/** Reads recorded decisions about writes and reads, the latest first. */
import type { PreviewPage, PreviewScope } from './preview-page.ts';
import type { PreviewPlace } from './preview-place.ts';

/** Reads the next page of decisions. */
export async function readDecisionsPage(
  scope: PreviewScope,
  place: PreviewPlace,
  limit: number,
): Promise<PreviewPage> {
  if (!(await scope.mayRead('policy_decision.list'))) {
    return { subjects: [], records: [], unjudged: [NOT_PERMITTED], next: undefined };
  }
  const rows = await scope.deps.store.read({
    from: 'policy_decisions',
    where: { tenant_id: scope.tenantId },
    orderBy: { column: 'id', direction: 'desc' },
    ...(place.after === '' ? {} : { after: { id: place.after } }),
    damaged: 'blank',
    limit,
  });
  const recent = rows.filter(({ at_ms }) => at_ms >= scope.sinceMs);
  const last = rows.at(-1);
  const isLast = last === undefined || rows.length < limit || recent.length === 0;
  return {
    subjects: [],
    // Parsing them is most of the work, and none of the main thread's.
    records: recent.map(({ record_json, at_ms }) => ({ text: record_json, atMs: at_ms })),
    unjudged: [],
    next: isLast ? undefined : { ...place, after: last.id, atMs: last.at_ms },
  };
}

const NOT_PERMITTED = {
  source: 'decisions',
  reason: 'not_permitted',
  count: null,
  detail: 'You may not call policy_decision.list.',
} as const;
