/** Fleets of the healing suite, and their VMs. */
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { HealingWorld } from './healing-world.ts';

/** How large a fleet is. */
export interface FleetShape {
  readonly zones: number;
  /** In all zones together. */
  readonly racks: number;
  readonly nodesPerRack: number;
  readonly vms: number;
}

/** Three zones of two racks of two nodes. */
export const SMALL_SHAPE: FleetShape = { zones: 3, racks: 6, nodesPerRack: 2, vms: 48 };

/** Describes it: all nodes reach one shared storage. */
export function createFleet({ zones, racks, nodesPerRack }: FleetShape): Fleet {
  const nodes = Array.from({ length: racks * nodesPerRack }, (_, index) => {
    const rack = Math.floor(index / nodesPerRack);
    return {
      name: `node-${String(index + 1).padStart(3, '0')}`,
      zone: `zone-${(rack % zones) + 1}`,
      rack: `rack-${rack + 1}`,
      cpu_cores: 64,
      memory_gb: 256,
      disk_gb: 4_000,
      storage: { pool: 'shared', sharing: 'shared' as const, size_gb: 90_000, free_gb: 50_000 },
    };
  });
  const size_gb = 100_000;
  return { nodes, storage_pools: { ssd: { size_gb }, hdd: { size_gb }, nvme: { size_gb } } };
}

/** Steps after which VMs that do not all run never will. */
const STEPS_MAX = 3_000_000;

/** Until the server knows all nodes and answers. */
export async function untilServed({
  server,
  kernel,
}: Pick<HealingWorld, 'server' | 'kernel'>): Promise<void> {
  while (server.serving() === undefined) await kernel.step();
}

/** Creates VMs that ask for all healing there is, and waits until all of them run. */
export async function makeVms(world: HealingWorld, { vms }: FleetShape): Promise<void> {
  const { service, kernel } = world;
  const network = await world.call('network.create', { name: 'lan', cidr: '10.0.0.0/16' });
  if (!network.ok) throw new Error(network.error.detail);
  const { id: networkId } = Object(network.value.resource);
  for (let number = 1; number <= vms; number += 1) {
    const made = await world.call('vm.create', {
      name: `vm-${number}`,
      cpu_cores: 2,
      memory_gb: 4,
      disk_gb: 10,
      network_id: networkId,
      healing: {
        restart: 'on-failure',
        on_node_loss: 'restart',
        health_check: { kind: 'http', port: 8080, path: '/healthz', start_period: '10s' },
      },
    });
    if (!made.ok) throw new Error(`${made.error.detail} ${made.error.remedy}`);
    const { id } = Object(made.value.resource);
    service.add(String(id));
  }
  for (let steps = 0; steps < STEPS_MAX; steps += 1) {
    await kernel.step();
    if ([...service.vms.values()].every(({ isUp }) => isUp)) return;
  }
  throw new Error('the VMs do not all run');
}
