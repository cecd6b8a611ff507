/** The metrics of nodes, their sums, storage and networks at a moment. */

import { quotaNames } from '@novacron/contract/access/tenant';
import type { NodeFacts } from '@novacron/contract/fleet/node-facts';
import { hostRange, parseCidr } from '@novacron/contract/formats/cidr';
import {
  deviceMetric,
  FLEET_TARGET,
  type NETWORK_METRICS,
  type NODE_METRICS,
  type NODE_SET_METRICS,
  nodeClassTarget,
  quotaMetric,
  type SERVER_DISK_METRICS,
  type STORAGE_POOL_METRICS,
  storagePoolTarget,
  zoneTarget,
} from '@novacron/contract/monitoring/fleet-metrics';
import { WHOLE_DEVICE_MILLI } from '@novacron/engine/placement/place/resources/assign-devices';
import { groupBy } from '@novacron/runtime/group-by';
import type { ImageDisk } from '../../../ports/image-store.ts';
import type { MetricTarget } from '../../../ports/metric-series.ts';
import type { StoreSize } from '../../../ports/store.ts';
import type { AllocationRow } from '../../../ports/tables/allocation-row.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { TenantQuotaRow } from '../../../ports/tables/tenant-rows.ts';
import { quotasOf, usageOf } from '../../access/quota/tenant-quota.ts';
import { readFacts } from '../../placement/facts/node-facts.ts';
import type { Measurement, UsageWatch } from '../../placement/measured-usage.ts';
import { readClaim } from '../../rows/allocation-claims.ts';
import { roundMeasured } from './round-measured.ts';

const MIB = 1_048_576;
const GIB = 1_073_741_824;

/** Bytes per second of a megabit per second. */
const BYTES_PER_MBIT = 125_000;

/** A network with an address block. */
export interface BlockNetwork {
  readonly id: string;
  readonly name: string;
  readonly tenantId: string;
  readonly cidr: string;
}

/** The rows of a moment. */
export interface FleetRows {
  readonly nodes: readonly NodeRow[];
  /** The allocations that hold more than room. */
  readonly claims: readonly AllocationRow[];
  readonly pools: readonly Tables['storage_pools'][];
  readonly networks: readonly BlockNetwork[];
  /** Addresses that VMs have, by network. */
  readonly addresses: ReadonlyMap<string, number>;
  readonly quotas: readonly TenantQuotaRow[];
  /** Undefined: not known, as of a database on another machine. */
  readonly store?: StoreSize | undefined;
  readonly images?: ImageDisk | undefined;
}

type MetricName = keyof (typeof NODE_METRICS &
  typeof NODE_SET_METRICS &
  typeof SERVER_DISK_METRICS &
  typeof STORAGE_POOL_METRICS &
  typeof NETWORK_METRICS);

/** Values by metric; what is not known is absent. */
export interface FleetValues {
  readonly target: Omit<MetricTarget, 'tenantId'> & { readonly tenantId?: string };
  readonly values: ReadonlyMap<string, number>;
}

/** Returns the metrics of all targets; those of the platform have no tenant. */
export function measureFleet(rows: FleetRows, usage: UsageWatch | undefined): FleetValues[] {
  const held = groupBy(rows.claims, (claim) => claim.node_id);
  const nodes = rows.nodes.map((row): MeasuredNode => {
    const isCounted = row.status === 'ready';
    const facts = readFacts(row) ?? {};
    const amounts = isCounted ? amountsOf(row, facts, held.get(row.id) ?? []) : [];
    return { row, facts, isCounted, amounts, used: usage?.ofNode(row.name) };
  });
  const single = nodes.filter(({ isCounted }) => isCounted);
  return [
    ...single.map((node): FleetValues => {
      return { target: { id: node.row.id, kind: 'node' }, values: sumOf([node]) };
    }),
    ...[...groupBy(nodes, ({ row }) => row.zone)].map(([zone, some]): FleetValues => {
      return { target: { id: zoneTarget(zone), kind: 'zone' }, values: sumOfSet(some) };
    }),
    ...[...groupBy(nodes, ({ row }) => row.class)].flatMap(([name, some]): FleetValues[] => {
      if (name === null) return [];
      return [
        { target: { id: nodeClassTarget(name), kind: 'node_class' }, values: sumOfSet(some) },
      ];
    }),
    {
      target: { id: FLEET_TARGET, kind: 'fleet' },
      values: new Map([...sumOfSet(nodes), ...valuesOfDisks(rows)]),
    },
    ...rows.pools.map((pool): FleetValues => {
      const target = { id: storagePoolTarget(pool.id), kind: 'storage_pool' } as const;
      return { target, values: valuesOfPool(pool, single) };
    }),
    ...rows.networks.flatMap((network) => valuesOfNetwork(network, rows.addresses)),
    ...rows.quotas.flatMap(valuesOfQuotas),
  ];
}

interface MeasuredNode {
  readonly row: NodeRow;
  readonly facts: NodeFacts;
  /** Whether it takes VMs, so that its amounts count. */
  readonly isCounted: boolean;
  readonly amounts: readonly Amount[];
  readonly used: Measurement | undefined;
}

/** A resource of which VMs hold a part. */
interface Amount {
  /** The metrics of its capacity, of what is held, and of what is free. */
  readonly names: readonly [string, string, string];
  readonly capacity: number;
  readonly held: number;
}

const of = (...names: readonly [MetricName, MetricName, MetricName]) => names;

const CPU = of('cpu_capacity_cores', 'cpu_allocated_cores', 'cpu_free_cores');
const MEMORY = of('memory_capacity_bytes', 'memory_allocated_bytes', 'memory_free_bytes');
const DISK = of('disk_capacity_bytes', 'disk_allocated_bytes', 'disk_free_bytes');
const NETWORK = of(
  'network_capacity_bytes_per_second',
  'network_claimed_bytes_per_second',
  'network_free_bytes_per_second',
);
const STORAGE = of('storage_capacity_bytes', 'storage_allocated_bytes', 'storage_free_bytes');
const ADDRESSES = of('addresses_capacity_count', 'addresses_used_count', 'addresses_free_count');

function amountsOf(
  row: NodeRow,
  { network_mbps: mbps, devices = [] }: NodeFacts,
  claims: readonly AllocationRow[],
): readonly Amount[] {
  const held = claims.map(readClaim);
  const requests = held.flatMap((claim) => claim.devices ?? []);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const kinds = groupBy(devices, ({ kind }) => kind);
  return [
    { names: CPU, capacity: row.cpu_cores, held: row.cpu_cores_used },
    { names: MEMORY, capacity: row.memory_mib * MIB, held: row.memory_mib_used * MIB },
    { names: DISK, capacity: row.disk_gb * GIB, held: row.disk_gb_used * GIB },
    ...(mbps === undefined
      ? []
      : [
          {
            names: NETWORK,
            capacity: mbps * BYTES_PER_MBIT,
            held: sum(held.map(({ pools }) => pools?.bandwidth ?? 0)) * BYTES_PER_MBIT,
          },
        ]),
    ...[...kinds].map(([kind, like]): Amount => {
      const own = requests.filter((request) => request.kind === kind);
      return {
        names: [
          deviceMetric(kind, 'capacity'),
          deviceMetric(kind, 'used'),
          deviceMetric(kind, 'free'),
        ],
        capacity: sum(like.map(({ count }) => count)),
        held: sum(own.map(({ count, milli }) => (count * milli) / WHOLE_DEVICE_MILLI)),
      };
    }),
  ];
}

function sumOfSet(nodes: readonly MeasuredNode[]): ReadonlyMap<string, number> {
  const counted = nodes.filter(({ isCounted }) => isCounted);
  const counts: readonly [MetricName, number][] = [
    ['nodes_capacity_count', counted.length],
    ['nodes_all_count', nodes.length],
  ];
  return new Map([...sumOf(counted), ...counts]);
}

/** The sums over nodes. A sum over some of them would look like less load: it is left out. */
function sumOf(nodes: readonly MeasuredNode[]): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const amount of nodes.flatMap(({ amounts }) => amounts)) addAmount(values, amount);
  const used = nodes.flatMap((node) => node.used ?? []);
  if (nodes.length === 0 || used.length < nodes.length) return values;
  const cores = used.reduce((sum, { cpuCores }) => sum + cpuCores, 0);
  const bytes = used.reduce((sum, { memoryMib }) => sum + memoryMib * MIB, 0);
  return new Map([
    ...values,
    ...measured('cpu_used_cores', cores),
    ...measured('memory_used_bytes', bytes),
  ]);
}

function addAmount(values: Map<string, number>, { names, capacity, held }: Amount): void {
  [capacity, held, capacity - held].forEach((value, at) => {
    const name = names[at] ?? '';
    values.set(name, (values.get(name) ?? 0) + value);
  });
}

function measured(name: MetricName, value: number): readonly (readonly [string, number])[] {
  return [[name, roundMeasured(name, value)]];
}

function valuesOfDisks({ store, images }: FleetRows): readonly (readonly [MetricName, number])[] {
  const known: (readonly [MetricName, number])[] = [];
  if (store?.freeBytes !== undefined) {
    known.push(['store_capacity_bytes', store.sizeBytes + store.freeBytes]);
    known.push(['store_used_bytes', store.sizeBytes]);
  }
  if (images !== undefined) {
    known.push(['image_disk_capacity_bytes', images.size]);
    known.push(['image_disk_used_bytes', images.size - images.free]);
  }
  return known;
}

function valuesOfPool(
  { id, size_gb, size_gb_used }: Tables['storage_pools'],
  nodes: readonly MeasuredNode[],
): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  addAmount(values, { names: STORAGE, capacity: size_gb * GIB, held: size_gb_used * GIB });
  /** File systems by id: nodes that share one report it alike. */
  const systems = new Map<
    string,
    { readonly sizeGb: number; readonly freeGb: number } | undefined
  >();
  for (const { facts } of nodes) {
    const own = facts.storage?.classes?.[id] ?? facts.storage;
    if (own === undefined) continue;
    const { pool, size_gb: sizeGb, free_gb: freeGb } = own;
    const isMeasured = sizeGb !== undefined && freeGb !== undefined;
    systems.set(pool, isMeasured ? { sizeGb, freeGb } : systems.get(pool));
  }
  const known = [...systems.values()].flatMap((system) => system ?? []);
  if (known.length === 0 || known.length < systems.size) return values;
  const size = known.reduce((sum, { sizeGb }) => sum + sizeGb, 0) * GIB;
  const used = known.reduce((sum, { sizeGb, freeGb }) => sum + sizeGb - freeGb, 0) * GIB;
  return new Map([
    ...values,
    ...measured('storage_size_bytes', size),
    ...measured('storage_used_bytes', used),
  ]);
}

/** A block of IPv6 has more addresses than anybody counts. */
function valuesOfNetwork(
  { id, tenantId, cidr }: BlockNetwork,
  addresses: FleetRows['addresses'],
): readonly FleetValues[] {
  const block = parseCidr(cidr);
  if (!block.ok || block.value.family === 6) return [];
  const values = new Map<string, number>();
  const capacity = Number(hostRange(block.value).count);
  addAmount(values, { names: ADDRESSES, capacity, held: addresses.get(id) ?? 0 });
  return [{ target: { id, tenantId, kind: 'network' }, values }];
}

/** The quotas of a tenant that have a limit. */
function valuesOfQuotas(row: TenantQuotaRow): readonly FleetValues[] {
  const [limits, used] = [quotasOf(row), usageOf(row)];
  const values = quotaNames().flatMap((quota): [string, number][] => {
    const limit = limits[quota];
    if (limit === null) return [];
    return [
      [quotaMetric(quota, 'limit'), limit],
      [quotaMetric(quota, 'used'), used[quota]],
    ];
  });
  if (values.length === 0) return [];
  return [{ target: { id: row.id, tenantId: row.id, kind: 'tenant' }, values: new Map(values) }];
}
