/** The resources of a capacity plan, by the metrics that measure them. */
import { quotaNames } from '@novacron/contract/access/tenant';
import { deviceMetric, quotaMetric } from '@novacron/contract/monitoring/fleet-metrics';

/** A resource of a target, in its unit. */
export interface PlannedAmount {
  /** Such as `cpu_allocated`. */
  readonly metric: string;
  readonly unit: string;
  /** Name of the series of its use. */
  readonly series: string;
  /** Name of the metric of its capacity. */
  readonly limit: string;
  /** Amount of the series in one unit. */
  readonly per: number;
  readonly use: number;
  readonly capacity: number;
  readonly provider: 'nodes' | 'server' | 'others';
}

const GIB = 1_073_741_824;

/** Bytes per second of a gigabit per second. */
const BYTES_PER_GBIT = 125_000_000;

/** Capacities that are not recorded, by the names that metrics of them would have. */
export const DERIVED = {
  cpuPhysical: 'cpu_physical_cores',
  memoryPhysical: 'memory_physical_bytes',
  cpuFailover: 'cpu_failover_cores',
  memoryFailover: 'memory_failover_bytes',
} as const;

/** Use, capacity, unit, its size, and what provides it. */
const AMOUNTS = {
  cpu_used: ['cpu_used_cores', DERIVED.cpuPhysical, 'cores', 1, 'nodes'],
  memory_used: ['memory_used_bytes', DERIVED.memoryPhysical, 'GB', GIB, 'nodes'],
  cpu_failover: ['cpu_allocated_cores', DERIVED.cpuFailover, 'cores', 1, 'nodes'],
  memory_failover: ['memory_allocated_bytes', DERIVED.memoryFailover, 'GB', GIB, 'nodes'],
  cpu_allocated: ['cpu_allocated_cores', 'cpu_capacity_cores', 'cores', 1, 'nodes'],
  memory_allocated: ['memory_allocated_bytes', 'memory_capacity_bytes', 'GB', GIB, 'nodes'],
  disk_allocated: ['disk_allocated_bytes', 'disk_capacity_bytes', 'GB', GIB, 'nodes'],
  network_claimed: [
    'network_claimed_bytes_per_second',
    'network_capacity_bytes_per_second',
    'Gbit/s',
    BYTES_PER_GBIT,
    'nodes',
  ],
  storage_allocated: ['storage_allocated_bytes', 'storage_capacity_bytes', 'GB', GIB, 'others'],
  storage_used: ['storage_used_bytes', 'storage_size_bytes', 'GB', GIB, 'others'],
  store_disk: ['store_used_bytes', 'store_capacity_bytes', 'GB', GIB, 'server'],
  image_disk: ['image_disk_used_bytes', 'image_disk_capacity_bytes', 'GB', GIB, 'server'],
  addresses: ['addresses_used_count', 'addresses_capacity_count', 'addresses', 1, 'others'],
} as const;

const DEVICE_CAPACITY = /^devices_([a-z0-9_]+)_capacity_count$/;

/** Lists the resources of a target by the values of its metrics. */
export function listAmounts(values: ReadonlyMap<string, number>): readonly PlannedAmount[] {
  const amountOf = (
    metric: string,
    [series, limit, unit, per, provider]: readonly [
      string,
      string,
      string,
      number,
      PlannedAmount['provider'],
    ],
  ): readonly PlannedAmount[] => {
    const [use, capacity] = [values.get(series), values.get(limit)];
    if (use === undefined || capacity === undefined || capacity === 0) return [];
    const amounts = { use: use / per, capacity: capacity / per };
    return [{ metric, unit, series, limit, per, provider, ...amounts }];
  };
  const kinds = [...values.keys()].flatMap((name) => DEVICE_CAPACITY.exec(name)?.[1] ?? []);
  return [
    ...Object.entries(AMOUNTS).flatMap(([metric, names]) => amountOf(metric, names)),
    ...kinds.flatMap((kind) => {
      const names = [deviceMetric(kind, 'used'), deviceMetric(kind, 'capacity')] as const;
      return amountOf(`devices_${kind}`, [...names, 'devices', 1, 'nodes']);
    }),
    ...quotaNames().flatMap((quota) => {
      const names = [quotaMetric(quota, 'used'), quotaMetric(quota, 'limit')] as const;
      return amountOf(`quota_${quota}`, [...names, quota, 1, 'others']);
    }),
  ];
}
