import type { Fleet } from '@novacron/agent/fleet/fleet';

const node = (name: string, zone = 'zone-a') => ({
  name,
  zone,
  rack: 'rack-a',
  cpu_cores: 8,
  memory_gb: 16,
  disk_gb: 200,
  storage: { pool: 'rack', sharing: 'shared' as const, size_gb: 900, free_gb: 500 },
});

/** Three nodes of one zone and one of another; all of them reach the same storage. */
export const SHARED_STORAGE_FLEET: Fleet = {
  nodes: [node('node-a'), node('node-b'), node('node-c'), node('node-d', 'zone-b')],
  storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
};
