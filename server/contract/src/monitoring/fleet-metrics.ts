/**
 * Metrics of the platform, and the ids of their series. Nodes and networks have their own ids; the
 * other ids have a colon or no underscore, so they never equal the id of a resource.
 */

/** Target of the series of the whole fleet. */
export const FLEET_TARGET = 'fleet';

/** Target of the series of a zone. */
export function zoneTarget(name: string): string {
  return `zone:${name}`;
}

/** Target of the series of a node class. */
export function nodeClassTarget(name: string): string {
  return `class:${name}`;
}

/** Target of the series of the storage of a class, such as `ssd`. */
export function storagePoolTarget(name: string): string {
  return `pool:${name}`;
}

/**
 * Metrics of nodes, and their sums over zones, node classes and the fleet. Sums are over nodes with
 * the status `ready`, which take VMs; measured ones are absent unless all of these were measured.
 */
export const NODE_METRICS = {
  cpu_capacity_cores: 'Cores, overcommit included',
  cpu_allocated_cores: 'Cores that VMs hold',
  cpu_free_cores: 'Capacity less what is allocated',
  cpu_used_cores: 'Cores in use, as measured',
  memory_capacity_bytes: 'Memory, overcommit included',
  memory_allocated_bytes: 'Memory that VMs hold',
  memory_free_bytes: 'Capacity less what is allocated',
  memory_used_bytes: 'Memory in use, as measured',
  disk_capacity_bytes: 'Room for root disks',
  disk_allocated_bytes: 'Room that root disks hold',
  disk_free_bytes: 'Capacity less what is allocated',
  network_capacity_bytes_per_second: 'Bandwidth of the nodes that report it',
  network_claimed_bytes_per_second: 'Bandwidth that VMs require on these nodes',
  network_free_bytes_per_second: 'Capacity less what is claimed',
} as const;

const DEVICE_AMOUNTS = ['capacity', 'used', 'free'] as const;

/** What is counted of the devices of a kind. */
export type DeviceAmount = (typeof DEVICE_AMOUNTS)[number];

/**
 * Metric of the devices of a kind, of nodes and their sums. A share of a device counts as a
 * fraction.
 * @example deviceMetric('gpu', 'used') // 'devices_gpu_used_count'
 */
export function deviceMetric(kind: string, amount: DeviceAmount): string {
  return `devices_${kind.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')}_${amount}_count`;
}

const DEVICE_METRIC = new RegExp(`^devices_[a-z0-9_]+_(?:${DEVICE_AMOUNTS.join('|')})_count$`);

/** Further metrics of zones, node classes and the fleet. */
export const NODE_SET_METRICS = {
  nodes_capacity_count: 'Nodes that take VMs',
  nodes_all_count: 'Nodes of every status',
} as const;

/** Metrics of the disks of the server, recorded with those of the fleet. */
export const SERVER_DISK_METRICS = {
  store_capacity_bytes: 'Size that the database can have: what it has, and the free room there',
  store_used_bytes: 'Size of the database',
  image_disk_capacity_bytes: 'Size of the disk with uploaded images',
  image_disk_used_bytes: 'Used room of the disk with uploaded images',
} as const;

/** Metrics of the storage of a class. */
export const STORAGE_POOL_METRICS = {
  storage_capacity_bytes: 'Size, as the fleet file declares it',
  storage_allocated_bytes: 'Room that volumes and snapshots hold',
  storage_free_bytes: 'Capacity less what is allocated',
  storage_size_bytes: 'Size of its file systems, as measured',
  storage_used_bytes: 'Used room of its file systems, as measured',
} as const;

/** Metrics of a network with an IPv4 block. */
export const NETWORK_METRICS = {
  addresses_capacity_count: 'Addresses that VMs can have',
  addresses_used_count: 'Addresses that VMs have',
  addresses_free_count: 'Capacity less what is used',
} as const;

/**
 * Metric of a quota of a tenant that has a limit, in the unit of the quota.
 * @example quotaMetric('vms', 'used') // 'quota_vms_used_count'
 */
export function quotaMetric(quota: string, amount: 'limit' | 'used'): string {
  return `quota_${quota}_${amount}_count`;
}

const QUOTA_METRIC = /^quota_[a-z0-9_]+_(?:limit|used)_count$/;

const OF_PLATFORM: ReadonlySet<string> = new Set(
  [
    NODE_METRICS,
    NODE_SET_METRICS,
    SERVER_DISK_METRICS,
    STORAGE_POOL_METRICS,
    NETWORK_METRICS,
  ].flatMap(Object.keys),
);

/** Whether NovaCron records the metric of nodes, sets of nodes, storage, networks or quotas. */
export function isFleetMetric(name: string): boolean {
  return OF_PLATFORM.has(name) || DEVICE_METRIC.test(name) || QUOTA_METRIC.test(name);
}
