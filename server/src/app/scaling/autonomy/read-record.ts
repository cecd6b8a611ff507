/** Reads what came of the decisions of a model in a tenant: later ones learn from it. */
import { DecisionAction } from '@novacron/contract/autonomy/autonomous-decision';
import type { ActionRecord, ActionRecords } from '@novacron/engine/autonomy/model/decision';
import type { DecisionRecord } from '@novacron/engine/autonomy/plan-standing';
import type { Store } from '../../../ports/store.ts';

/** Older outcomes are of other loads. Unit: ms. */
const LEARNED_MS = 14 * 86_400_000;

/** Outcomes of a tenant: measured by the server, or overridden by people. */
export interface TenantRecord extends DecisionRecord {
  readonly records: ActionRecords;
}

/** Reads it. The store counts. */
export async function readRecord(
  { store }: { readonly store: Pick<Store, 'tally'> },
  {
    tenantId,
    model,
    nowMs,
  }: {
    readonly tenantId: string;
    /** Checksum: what another model decided says nothing about this one. */
    readonly model: string;
    readonly nowMs: number;
  },
): Promise<TenantRecord> {
  const groups = await store.tally({
    from: 'autonomous_decisions',
    where: { tenant_id: tenantId, model, at_ms: { above: nowMs - LEARNED_MS } },
    by: ['preferred', 'action', 'preferred_verdict', 'is_overridden'],
    sum: ['advantage'],
  });
  const records: Partial<Record<DecisionAction, ActionRecord>> = {};
  let [judged, advantage] = [0, 0];
  for (const { values, total, sums } of groups) {
    const [preferred, action, verdict, overridden] = values;
    if (verdict !== null) judged += total;
    advantage += sums[0] ?? 0;
    // A person objects to what was decided; that may not be what the model preferred.
    const isWrong = overridden === '1' && preferred === action;
    const known = DecisionAction.safeParse(preferred);
    if (!known.success || (verdict === null && !isWrong)) continue;
    const before = records[known.data] ?? { judged: 0, right: 0 };
    const right = verdict === 'right' && !isWrong ? total : 0;
    records[known.data] = { judged: before.judged + total, right: before.right + right };
  }
  return { records, judged, advantage };
}
