/** The parts of a summary about capacity, and what is left of it when nodes are lost. */
import type { FleetSummary } from '@novacron/contract/monitoring/summary-operations';
import { measureRoom } from '@novacron/engine/healing/failover/measure-room';
import type { Store, TallyGroup } from '../../../ports/store.ts';
import type { SummaryParts } from './summary-parts.ts';

type PartOf<Name extends keyof FleetSummary> = NonNullable<FleetSummary[Name]>;

const MIB_PER_GB = 1_024;

/** Returns the capacity of the nodes that VMs may start on, and its usage. */
export async function readCapacity({
  deps,
  tenantId,
  isPlatform,
}: SummaryParts): Promise<PartOf<'capacity'>> {
  const { store } = deps;
  const [nodes] = await store.tally({
    from: 'nodes',
    where: { status: 'ready' },
    by: [],
    sum: [
      'cpu_cores',
      'memory_mib',
      'disk_gb',
      'cpu_cores_used',
      'memory_mib_used',
      'disk_gb_used',
    ],
  });
  const total = nodes?.sums.slice(0, 3) ?? [];
  // What others use is their business: `used` is of the tenant's own VMs.
  const used = isPlatform ? (nodes?.sums.slice(3) ?? []) : await readOwn(store, tenantId);
  const roomAt = (at: number, unit: number) => {
    const amounts = { total: (total[at] ?? 0) / unit, used: (used[at] ?? 0) / unit };
    return { ...amounts, free: isPlatform ? amounts.total - amounts.used : null };
  };
  return { cpu_cores: roomAt(0, 1), memory_gb: roomAt(1, MIB_PER_GB), disk_gb: roomAt(2, 1) };
}

async function readOwn(store: Store, tenantId: string): Promise<TallyGroup['sums']> {
  const [own] = await store.tally({
    from: 'allocations',
    where: { owner_tenant_id: tenantId },
    by: [],
    sum: ['cpu_cores', 'memory_mib', 'disk_gb'],
  });
  return own?.sums ?? [];
}

/**
 * Returns the capacity left if the largest nodes are lost: as many nodes as writes reserve capacity
 * for, else a single node.
 */
export async function readFailover({ deps }: SummaryParts): Promise<PartOf<'failover'>> {
  const { failoverNodes } = deps.settings;
  const nodes = await deps.store.tally({
    from: 'nodes',
    where: { status: 'ready' },
    by: ['id'],
    sum: ['cpu_cores', 'memory_mib', 'cpu_cores_used', 'memory_mib_used'],
  });
  const rooms = nodes.map(({ sums: [cores = 0, memory = 0, coresUsed = 0, memoryUsed = 0] }) => ({
    capacity: { cpuCores: cores, memoryMib: memory },
    used: { cpuCores: coresUsed, memoryMib: memoryUsed },
  }));
  const lost = Math.max(1, failoverNodes);
  const left = measureRoom(rooms, lost);
  return {
    nodes: lost,
    kept: failoverNodes > 0,
    cpu_cores_left: left.cpuCores,
    memory_gb_left: left.memoryMib / MIB_PER_GB,
  };
}
