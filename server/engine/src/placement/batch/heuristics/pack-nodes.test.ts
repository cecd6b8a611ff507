import { describe, expect, test } from '@jest/globals';
import type { NodeId } from '@novacron/contract/ids';
import { makeRng } from '../../../rng.ts';
import { runSteps } from '../../../steps.ts';
import type { PlacementNode, PlacementRequest } from '../../place/model/placement.ts';
import { draftBatch } from '../draft-batch.ts';
import { makeBatchTable } from '../fleet/batch-table.ts';
import type { BatchInput } from '../model/batch.ts';
import { packNodes } from './pack-nodes.ts';

const env = { nowMs: 0, rng: makeRng('pack') };
const NODES = 6;

/** VMs cut from nodes that they fill almost: there is a way to put them back. */
function cutFrom(full: number, seed: string): BatchInput {
  const rng = makeRng(seed);
  const requests = Array.from({ length: full }, (_, at) => {
    const parts = Array.from({ length: 4 }, () => [1, 2, 3].map(() => 1 + rng.next()));
    const sums = [0, 1, 2].map((key) => parts.reduce((sum, part) => sum + (part[key] ?? 0), 0));
    return parts.map((part, piece): PlacementRequest => {
      const [cpuCores = 0, memoryMib = 0, diskGb = 0] = part.map((size, key) =>
        Math.floor((size / (sums[key] ?? 1)) * 90),
      );
      const vm = { name: `vm-${at}-${piece}`, cpuCores, memoryMib, diskGb, labels: {} };
      return { vm, constraints: {}, strategy: 'pack' };
    });
  }).flat();
  const capacity = { cpuCores: 100, memoryMib: 100, diskGb: 100 };
  const nodes = Array.from({ length: NODES }, (_, at): PlacementNode => {
    const used = { cpuCores: 0, memoryMib: 0, diskGb: 0 };
    const place = { zone: `zone-${at % 2}`, rack: 'rack', status: 'ready' as const };
    return { id: `n-${at}` as NodeId, name: `n-${at}`, ...place, capacity, used, vmCount: 0 };
  });
  return { nodes, peers: [], requests, objective: 'nodes' };
}

const SEEDS = Array.from({ length: 6 }, (_, at) => `seed ${at}`);

describe('packing by amounts', () => {
  test('puts VMs that fill their nodes to nine tenths back onto as many', () => {
    const values = SEEDS.map((seed) => {
      const draft = draftBatch(cutFrom(4, seed), env);
      return draft.ok && draft.value.found?.value;
    });
    expect(values).toEqual(SEEDS.map(() => 4));
  });

  test('goes only where each VM may go', () => {
    const { requests, ...fleet } = cutFrom(4, 'rules');
    const pinned = requests.map((request, at) =>
      at === 0 ? { ...request, constraints: { node: 'n-5' } } : request,
    );
    const table = runSteps(makeBatchTable({ ...fleet, requests: pinned }));
    const found = runSteps(packNodes(table, { from: 4, below: 7 }, env.rng));
    expect(found?.[0]).toBe('n-5');
  });

  test('has no place for what fits nowhere', () => {
    const { requests, ...fleet } = cutFrom(4, 'large');
    const [first, ...others] = requests;
    if (first === undefined) throw new Error('there are VMs');
    const large = { ...first, vm: { ...first.vm, cpuCores: 101 } };
    const table = runSteps(makeBatchTable({ ...fleet, requests: [large, ...others] }));
    expect(runSteps(packNodes(table, { from: 1, below: NODES + 1 }, env.rng))).toBeUndefined();
  });
});
