/** The parts of a summary about VMs, their groups and the operations on them. */

import { makeId } from '@novacron/contract/ids';
import { VmStatus } from '@novacron/contract/kinds/vm/vm-status';
import type { FleetSummary } from '@novacron/contract/monitoring/summary-operations';
import type { QueryWhere, Store, TallyGroup } from '../../../ports/store.ts';
import { countBy, countGroups, moveCount } from './count-parts.ts';
import type { SummaryParts } from './summary-parts.ts';

type PartOf<Name extends keyof FleetSummary> = NonNullable<FleetSummary[Name]>;

const HOUR_MS = 3_600_000;

/** An operation that failed within the last hour has begun within this. Unit: ms. */
const OPERATION_MS_MAX = 24 * HOUR_MS;

/** Statuses of a VM that does not run. */
const IDLE = VmStatus.options.filter((status) => status !== 'running');

/** Ids of one query: both databases bind more. */
const IDS_MAX = 10_000;

/** Health of a VM that does not serve. */
const NOT_SERVING = ['starting', 'unhealthy'] as const;

/** VMs by the status that answers show, and by health. */
export async function readVms({ deps, tenantId }: SummaryParts): Promise<PartOf<'vms'>> {
  const { store } = deps;
  const own = { tenant_id: tenantId };
  const all = await store.tally({ from: 'vms', where: own, by: ['status'] });
  const unknown = await countVms(store, await onLostNodes(store, tenantId));
  const given = { ...own, status: 'stopped', restarts_failed: { not: null } };
  const byStatus = moveCount(
    moveCount(countBy(all), 'running', 'unknown', unknown),
    'stopped',
    'failed',
    await countVms(store, given),
  );
  const health = await store.tally({
    from: 'vms',
    where: { ...own, health: { not: null } },
    by: ['health'],
  });
  const total = all.reduce((sum, group) => sum + group.total, 0);
  return { total, by_status: byStatus, by_health: countBy(health) };
}

async function countVms(store: Store, where: QueryWhere<'vms'>): Promise<number> {
  const [all] = await store.tally({ from: 'vms', where, by: [] });
  return all?.total ?? 0;
}

/** VMs that ran on nodes that servers hear nothing of: they are shown as unknown. */
async function onLostNodes(store: Store, tenantId: string): Promise<QueryWhere<'vms'>> {
  const nodes = await store.tally({ from: 'nodes', where: { status: 'lost' }, by: ['name'] });
  const away = await store.tally({
    from: 'nodes',
    where: { followed_json: { not: null } },
    by: ['name'],
  });
  const names = [...nodes, ...away].flatMap(({ values: [name] }) => name ?? []);
  return { tenant_id: tenantId, status: 'running', node: { in: [...new Set(names)] } };
}

/** Groups by readiness: a member serves if it runs and no health check says otherwise. */
export async function readGroups(parts: SummaryParts): Promise<PartOf<'groups'>> {
  const { deps, tenantId } = parts;
  const { store } = deps;
  const own = { tenant_id: tenantId };
  const groups = await store.tally({
    from: 'vm_groups',
    where: own,
    by: ['id', 'size', 'busy_operation_id'],
  });
  if (groups.length === 0) return countGroups([]);
  const members = countBy(
    await store.tally({ from: 'vm_group_members', where: own, by: ['group_id'] }),
  );
  const idle = await findIdle(parts);
  const found: TallyGroup[] = [];
  for (let from = 0; from < idle.length; from += IDS_MAX) {
    const id = { in: idle.slice(from, from + IDS_MAX) };
    const where = { ...own, id };
    found.push(...(await store.tally({ from: 'vm_group_members', where, by: ['group_id'] })));
  }
  const absent = countBy(found);
  return countGroups(
    groups.map(({ values: [id, size, busy] }) => ({
      isBusy: busy !== null,
      size: Number(size),
      serving: (members[id ?? ''] ?? 0) - (absent[id ?? ''] ?? 0),
    })),
  );
}

/** Ids of the VMs that do not serve, which most do. */
async function findIdle({ deps, tenantId }: SummaryParts): Promise<readonly string[]> {
  const { store } = deps;
  const own = { tenant_id: tenantId };
  const wheres: readonly QueryWhere<'vms'>[] = [
    { ...own, status: { in: IDLE } },
    { ...own, health: { in: NOT_SERVING } },
    await onLostNodes(store, tenantId),
  ];
  const found = new Set<string>();
  for (const where of wheres) {
    const vms = await store.tally({ from: 'vms', where, by: ['id'] });
    for (const { values } of vms) found.add(values[0] ?? '');
  }
  return [...found];
}

/** Operations that have not ended, and those that failed lately. */
export async function countOperations({
  deps,
  tenantId,
}: SummaryParts): Promise<PartOf<'operations'>> {
  const { store, clock } = deps;
  const nowMs = clock.nowMs();
  const unfinished = countBy(
    await store.tally({
      from: 'operations',
      where: { tenant_id: tenantId, status: { in: ['running', 'undoing', 'stuck'] } },
      by: ['status'],
    }),
  );
  const oldest = makeId('op', Math.max(0, nowMs - OPERATION_MS_MAX), new Uint8Array(10));
  const [failed] = await store.tally({
    from: 'operations',
    where: {
      tenant_id: tenantId,
      status: 'failed',
      // Ids begin with the time: the index of the status has them.
      id: { from: oldest },
      finished_at_ms: { from: nowMs - HOUR_MS },
    },
    by: [],
  });
  return {
    running: (unfinished.running ?? 0) + (unfinished.undoing ?? 0),
    stuck: unfinished.stuck ?? 0,
    failed_last_hour: failed?.total ?? 0,
  };
}
