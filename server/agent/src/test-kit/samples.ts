/** Small things that tests are made of. */
import type { MachineSpec } from '@novacron/contract/agent/machine';
import { type IdByPrefix, type IdPrefix, makeId } from '@novacron/contract/ids';
import type { Rng } from '@novacron/runtime/rng';
import type { FleetNode } from '../fleet/fleet.ts';

/** Ids one after another: the same in every run. */
export function createSampleIds(): <P extends IdPrefix>(prefix: P) => IdByPrefix[P] {
  let count = 0;
  return (prefix) => {
    count += 1;
    const random = new Uint8Array(10);
    new DataView(random.buffer).setUint32(6, count);
    return makeId(prefix, 0, random);
  };
}

/** A small machine, with what the test cares about laid over it. */
export function sampleSpec(overrides: Partial<MachineSpec> = {}): MachineSpec {
  return {
    name: 'web-server-01',
    cpu_cores: 2,
    memory_mib: 2_048,
    disk_gb: 20,
    template: 'default',
    network: null,
    labels: {},
    ...overrides,
  };
}

/** A node of the default fleet's size. */
export function sampleNode(overrides: Partial<FleetNode> = {}): FleetNode {
  return {
    name: 'node-01',
    zone: 'zone-a',
    rack: 'rack-1',
    cpu_cores: 32,
    memory_gb: 128,
    disk_gb: 2_000,
    ...overrides,
  };
}

/**
 * Numbers that look random and are the same in every run.
 * Source: mulberry32 by Tommy Ettinger (public domain).
 * @param seed - any whole number
 */
export function createSampleRng(seed = 1): Rng {
  let state = seed >>> 0;
  return {
    next: () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
    fork: (purpose) => {
      let hash = seed;
      for (const character of purpose) hash = Math.imul(hash, 31) + character.charCodeAt(0);
      return createSampleRng(hash);
    },
  };
}
