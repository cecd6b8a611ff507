/** The simulated group: what VMs serve, cost, and gain by moves. */
import { describe, expect, test } from '@jest/globals';
import { findDrain, findSpread, findTarget } from './find-moves.ts';
import {
  changeBy,
  copyWorld,
  type GroupWorld,
  movesBy,
  observe,
  openWorld,
  passStep,
  type Scenario,
} from './group-world.ts';
import { doNothing, runDay } from './run-day.ts';

const STEPS = 24;

/** Four VMs under a demand of two, and nothing else. */
function makeDay(changes: Partial<Scenario> = {}): Scenario {
  const flat = new Float64Array(STEPS).fill(2);
  const disturbed = new Int32Array(STEPS);
  return {
    name: 'flat',
    demand: flat,
    expected: flat,
    chance: 0.1,
    soon: flat,
    later: flat,
    disturbed,
    size: 4,
    steps: STEPS,
    ...changes,
  };
}

function pass(world: GroupWorld, action: 'scale_up' | 'scale_down' | 'migrate' | 'rebalance') {
  return passStep(world, changeBy(world, action, observe(world)));
}

describe('a simulated group', () => {
  test('costs its VMs and the nodes that have any', () => {
    // Four VMs on one node: five VM-hours an hour, for two hours.
    expect(runDay(makeDay(), doNothing)).toEqual({
      cost: expect.closeTo(10, 9),
      misses: 0,
      total: expect.closeTo(10, 9),
    });
    const world = openWorld(makeDay({ size: 5 }));
    expect(observe(world)).toMatchObject({ active_vms: 5, vm_hours_per_hour: 7 });
  });

  test('is used by its demand, and more on a full or a disturbed node', () => {
    const full = observe(openWorld(makeDay()));
    expect(full.cpu_usage).toBeCloseTo(100 * (2 / (4 * 0.96)), 9);
    const noisy = openWorld(makeDay({ disturbed: new Int32Array(STEPS).fill(1) }));
    // New VMs avoid a node that is known to be disturbed.
    expect(noisy.nodes).toEqual([1, 1, 1, 1]);
    noisy.nodes.fill(0);
    passStep(noisy, doNothing(noisy));
    expect(observe(noisy).cpu_usage).toBeCloseTo(100 * (2 / (4 * 0.96 * 0.6)), 9);
    expect(observe(noisy).network_latency).toBeGreaterThan(full.network_latency + 30);
  });

  test('fails requests and misses if its VMs cannot serve the demand', () => {
    const { cost, misses, total } = runDay(makeDay({ size: 2 }), doNothing);
    expect(misses).toBe(STEPS);
    expect(total).toBeCloseTo(cost + 2 * STEPS, 9);
    expect(
      observe(openWorld(makeDay({ size: 2, demand: new Float64Array(STEPS).fill(4) }))),
    ).toMatchObject({
      cpu_usage: 100,
      error_rate: 0.5,
    });
  });

  test('serves with new VMs ten minutes later, and pays for them at once', () => {
    const world = openWorld(makeDay({ size: 2 }));
    const { cost } = pass(world, 'scale_up');
    expect(observe(world)).toMatchObject({ active_vms: 3, vm_hours_per_hour: 4 });
    expect(cost).toBeCloseTo(4 / 12 + 0.02, 9);
    expect(observe(world).cpu_usage).toBe(100);
    passStep(world, doNothing(world));
    passStep(world, doNothing(world));
    expect(observe(world).cpu_usage).toBeCloseTo(100 * (2 / 3), 9);
  });

  test('shrinks to what is expected, and not below two VMs', () => {
    const world = openWorld(makeDay({ size: 8 }));
    pass(world, 'scale_down');
    expect(world.nodes).toHaveLength(3);
    const idle = openWorld(makeDay({ soon: new Float64Array(STEPS) }));
    pass(idle, 'scale_down');
    expect(idle.nodes).toHaveLength(2);
  });

  test('is not changed by what is tried in a copy', () => {
    const world = openWorld(makeDay({ size: 6 }));
    const before = JSON.stringify(world);
    pass(copyWorld(world), 'scale_down');
    expect(JSON.stringify(world)).toBe(before);
  });
});

describe('moves', () => {
  test('leave a disturbed node, or the emptiest one if the others have room', () => {
    expect(findDrain([0, 0, 1], 0b1)).toEqual([
      { vm: 0, to: 1 },
      { vm: 1, to: 1 },
    ]);
    expect(findDrain([0, 0, 1], 0)).toEqual([{ vm: 2, to: 0 }]);
    expect(findDrain([0, 0, 0, 0, 1], 0)).toEqual([]);
    expect(findDrain([0, 0], 0)).toEqual([]);
  });

  test('spread VMs until no node has two more than another', () => {
    expect(findSpread([0, 0, 0, 0, 1])).toEqual([{ vm: 0, to: 1 }]);
    expect(findSpread([0, 0, 1])).toEqual([]);
  });

  test('fill the fullest quiet node first', () => {
    expect(findTarget([0, 1, 1], 0)).toBe(1);
    expect(findTarget([0, 1, 1], 0b10)).toBe(0);
    expect(findTarget([0, 0, 0, 0], 0)).toBe(1);
  });

  test('cost their copying, and save a node', () => {
    const world = openWorld(makeDay({ size: 5 }));
    world.nodes.splice(0, 5, 0, 0, 1, 1, 1);
    expect(movesBy(world, 'migrate')).toEqual([]);
    world.nodes.splice(0, 5, 0, 1, 1, 1, 2);
    expect(pass(world, 'migrate').cost).toBeCloseTo(7 / 12 + 0.02, 9);
  });
});
