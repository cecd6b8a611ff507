/** Fleets and VMs for tests of placement. */
import { makeId, type NodeId } from '@novacron/contract/ids';
import type { Env } from '../src/env.ts';
import type {
  Amounts,
  PlacementInput,
  PlacementNode,
  VmRequest,
} from '../src/placement/place/model/placement.ts';
import { makeRng } from '../src/rng.ts';

/** A node id that depends on the name alone. */
export function nodeIdOf(name: string): NodeId {
  const rng = makeRng(name);
  return makeId(
    'node',
    0,
    Uint8Array.from({ length: 10 }, () => Math.floor(rng.next() * 256)),
  );
}

/** An environment with the given seed. */
export function envOf(seed: string): Env {
  return { nowMs: 0, rng: makeRng(seed) };
}

/** An empty node of 32 cores, 128 GB memory and 2000 GB disk, or whatever is said instead. */
export function makeNode(
  name: string,
  values: Partial<Omit<PlacementNode, 'id' | 'name'>> = {},
): PlacementNode {
  return {
    id: nodeIdOf(name),
    name,
    zone: 'zone-a',
    rack: 'rack-1',
    status: 'ready',
    capacity: amounts(32, 128, 2000),
    used: amounts(0, 0, 0),
    vmCount: 0,
    ...values,
  };
}

/** A VM of 4 cores, 8 GB memory and 100 GB disk, or whatever is said instead. */
export function makeVm(values: Partial<VmRequest> = {}): VmRequest {
  return { name: 'web-01', ...amounts(4, 8, 100), labels: {}, ...values };
}

/** A balanced request without peers and constraints, or whatever is said instead. */
export function makeInput(values: Partial<PlacementInput> = {}): PlacementInput {
  return {
    vm: makeVm(),
    nodes: [],
    peers: [],
    constraints: {},
    strategy: 'balanced',
    ...values,
  };
}

/** Amounts with memory in GB, as people write it. */
export function amounts(cpuCores: number, memoryGb: number, diskGb: number): Amounts {
  return { cpuCores, memoryMib: memoryGb * 1024, diskGb };
}
