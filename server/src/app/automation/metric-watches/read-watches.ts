/** Lists watched metrics. */
import type { MetricWatch } from '@novacron/contract/monitoring/anomaly-operations';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { ok, type Result } from '@novacron/contract/result';
import type { MetricWatchRow } from '../../../ports/tables/incident-rows.ts';
import type { ResourceRow } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { listWhole, type WholeList } from '../../kernel/lists/list-items.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { toWatch } from './watch-rows.ts';

/** Lists those of the caller's tenant. */
export async function listWatches(
  deps: CapabilityDeps,
  input: ParsedInputOf<'metric.watches'>,
  { principal }: CallContext,
): Promise<Result<WholeList<MetricWatch>, never>> {
  const where = { tenant_id: principal.tenantId };
  const rows = await deps.store.read({ from: 'metric_watches', where });
  const targets = await readTargets(deps, rows);
  const all = rows.map((row) => {
    const item = toWatch(row, targets.get(row.target_id)?.name ?? null);
    return { id: row.id, item, ...item };
  });
  const nowMs = deps.clock.nowMs();
  const { items, ...total } = listWhole({ operation: 'metric.watches', input, nowMs }, all);
  return ok({ items: items.map(({ item }) => item), ...total });
}

/** VMs and VM groups that rows measure, by id. */
export async function readTargets(
  { store }: Pick<CapabilityDeps, 'store'>,
  rows: readonly MetricWatchRow[],
): Promise<ReadonlyMap<string, ResourceRow>> {
  const idsOf = (kind: string) => {
    const ids = rows.filter((row) => row.target_kind === kind).map(({ target_id: id }) => id);
    return { in: [...new Set(ids)] };
  };
  const { vms, groups } = await store.snapshot({
    vms: { from: 'vms', where: { id: idsOf('vm') }, damaged: 'blank' },
    groups: { from: 'vm_groups', where: { id: idsOf('vm_group') }, damaged: 'blank' },
  });
  return new Map([...vms, ...groups].map((row) => [row.id, row] as const));
}
