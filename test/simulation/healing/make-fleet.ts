/** Fleets of the healing suite, and their VMs. */
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { HealingWorld } from './healing-world.ts';

/** Size of a fleet. */
export interface FleetShape {
  readonly zones: number;
  /** In all zones together. */
  readonly racks: number;
  readonly nodesPerRack: number;
  /** Besides those of the group. */
  readonly vms: number;
  /** Members of a VM group, one of which may be down at a time; no group when absent. */
  readonly members?: number;
}

/** Three zones of two racks of two nodes. */
export const SMALL_SHAPE: FleetShape = { zones: 3, racks: 6, nodesPerRack: 2, vms: 42, members: 6 };

/** Maximum number of members of the group that may be down at a time. */
export const GROUP_BUDGET = 1;

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

const STEPS_BETWEEN_LOOKS = 200;

/** Until the server knows all nodes and answers. */
export async function untilServed({
  server,
  kernel,
}: Pick<HealingWorld, 'server' | 'kernel'>): Promise<void> {
  while (server.serving() === undefined) await kernel.step();
}

/** Until servers know that the watchdogs of all nodes work. */
async function untilGuarded({ kernel, store }: HealingWorld): Promise<void> {
  for (let steps = 0; steps < STEPS_MAX; steps += STEPS_BETWEEN_LOOKS) {
    for (let count = 0; count < STEPS_BETWEEN_LOOKS; count += 1) await kernel.step();
    const rows = await store.read({ from: 'nodes' });
    const guards = ({ capabilities_json: text }: (typeof rows)[number]): boolean =>
      JSON.parse(text).isolationGuard === 'yes';
    if (rows.length > 0 && rows.every(guards)) return;
  }
  throw new Error('the watchdogs do not all work');
}

/** Creates VMs that ask for all healing there is, and waits until all of them run. */
export async function makeVms(
  world: HealingWorld,
  { vms, members = 0 }: FleetShape,
  { stopsWhenIsolated = false }: { readonly stopsWhenIsolated?: boolean } = {},
): Promise<void> {
  const { service, kernel } = world;
  if (stopsWhenIsolated) await untilGuarded(world);
  const network = await world.call('network.create', { name: 'lan', cidr: '10.0.0.0/16' });
  if (!network.ok) throw new Error(network.error.detail);
  const { id: networkId } = Object(network.value.resource);
  const spec = {
    cpu_cores: 2,
    memory_gb: 4,
    disk_gb: 10,
    network_id: networkId,
    healing: {
      restart: 'on-failure',
      on_node_loss: 'restart',
      health_check: { kind: 'http', port: 8080, path: '/healthz', start_period: '10s' },
      ...(stopsWhenIsolated ? { stop_when_isolated: true } : {}),
    },
  } as const;
  if (members > 0) {
    const made = await world.call('vm_group.create', {
      name: 'web',
      min_size: members,
      max_size: members,
      max_unavailable: GROUP_BUDGET,
      vm: spec,
    });
    if (!made.ok) throw new Error(`${made.error.detail} ${made.error.remedy}`);
    await world.followGroup();
  }
  for (let number = 1; number <= vms; number += 1) {
    const made = await world.call('vm.create', { name: `vm-${number}`, ...spec });
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
