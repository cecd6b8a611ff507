/**
 * A rack of 40 nodes with 1,000 VMs dies at once. Automatic fencing leaves the loss of a whole rack
 * to people, who have made sure of it and say so; from then on the time counts.
 */
import { openHealingWorld } from './healing-world.ts';
import { createFleet, type FleetShape, makeVms, untilServed } from './make-fleet.ts';

/** Two racks: one dies, the other takes its VMs. */
const RACK_SHAPE: FleetShape = { zones: 1, racks: 2, nodesPerRack: 40, vms: 1_000 };

const STEPS_BETWEEN_LOOKS = 200;
const GIVE_UP_MS = 3_600_000;

/** Result of the loss of a rack. */
export interface RackLossReport {
  readonly nodes: number;
  /** VMs that were on the rack. */
  readonly vms: number;
  /** From the moment when people say that all nodes are dead until all guests serve. Unit: ms. */
  readonly recoveredMs: number;
  readonly hasRecovered: boolean;
  readonly violations: readonly string[];
}

/** @param shape - smaller ones are for tests: one of its two racks dies */
export async function simulateRackLoss(
  seed: string,
  shape: FleetShape = RACK_SHAPE,
): Promise<RackLossReport> {
  const fleet = createFleet(shape);
  const lostIds = new Map<unknown, string>();
  let world: Awaited<ReturnType<typeof openHealingWorld>> | undefined;
  const onEvent = ({ type, target }: Readonly<Record<string, unknown>>): void => {
    const name = lostIds.get(target);
    if (type === 'node.lost' && name !== undefined) world?.service.lost.add(name);
  };
  const ignore = (): void => undefined;
  world = await openHealingWorld({ seed, fleet, onTurn: ignore, onEvent, onCut: ignore });
  try {
    const { kernel, hosts, service, store } = world;
    await untilServed(world);
    const nodes = await store.read({ from: 'nodes' });
    for (const { id, name } of nodes) lostIds.set(id, name);
    // All of them on the rack that dies: the other one is closed while they are placed.
    const rack = hosts.all.filter((host) => host.rack === 'rack-1');
    const names = new Set(rack.map(({ name }) => name));
    const others = nodes.filter(({ name }) => !names.has(name));
    for (const { id } of others) await world.call('node.drain', { id });
    await makeVms(world, shape);
    for (const { id } of others) await world.call('node.activate', { id });
    for (const host of rack) await hosts.cut(host, 'off');
    while (service.lost.size < rack.length) await kernel.step();
    const dead = nodes.filter(({ name }) => names.has(name));
    const fromMs = kernel.clock.nowMs();
    for (const { id } of dead) await world.call('node.confirm_dead', { id });
    const areUp = (): boolean => [...service.vms.values()].every(({ serves }) => serves);
    while (!areUp() && kernel.clock.nowMs() - fromMs < GIVE_UP_MS) {
      for (let count = 0; count < STEPS_BETWEEN_LOOKS; count += 1) await kernel.step();
    }
    return {
      nodes: rack.length,
      vms: service.vms.size,
      recoveredMs: kernel.clock.nowMs() - fromMs,
      hasRecovered: areUp(),
      violations: [...service.twice, ...world.errors],
    };
  } finally {
    await world.close();
  }
}
