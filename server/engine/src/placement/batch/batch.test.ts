import { describe, expect, test } from '@jest/globals';
import type { NodeId } from '@novacron/contract/ids';
import { ok } from '@novacron/contract/result';
import { makeRng } from '../../rng.ts';
import type { PlacementNode, PlacementRequest } from '../place/model/placement.ts';
import { draftBatch } from './draft-batch.ts';
import type { BatchInput, SolverAnswer } from './model/batch.ts';
import { planBatch } from './plan-batch.ts';

const env = { nowMs: 0, rng: makeRng('batch') };

function node(at: number, more: Partial<PlacementNode> = {}): PlacementNode {
  return {
    id: `node-${at}` as NodeId,
    name: `node-${at}`,
    zone: `zone-${at % 2}`,
    rack: `rack-${at}`,
    status: 'ready',
    capacity: { cpuCores: 10, memoryMib: 100, diskGb: 100 },
    used: { cpuCores: 0, memoryMib: 0, diskGb: 0 },
    vmCount: 0,
    ...more,
  };
}

function request(
  name: string,
  cpuCores: number,
  more: Partial<PlacementRequest> = {},
): PlacementRequest {
  const vm = { name, cpuCores, memoryMib: 10, diskGb: 10, labels: {}, ...more.vm };
  return { vm, constraints: more.constraints ?? {}, strategy: 'balanced' };
}

function batch(input: Partial<BatchInput>): BatchInput {
  return {
    nodes: [0, 1, 2].map((at) => node(at)),
    peers: [],
    requests: [],
    objective: 'nodes',
    ...input,
  };
}

function plan(input: BatchInput, answer?: SolverAnswer) {
  const draft = draftBatch(input, env);
  return draft.ok ? planBatch(draft.value, answer, env) : draft;
}

const places = (found: ReturnType<typeof plan>) =>
  found.ok ? found.value.plans.map(({ decision }) => decision.target_node) : [found.error.detail];

const together = (group: string) =>
  ({ rule: 'together', to: { kind: 'group', group }, level: 'node', need: 'required' }) as const;

describe('a batch without a solver', () => {
  test('opens as few nodes as there can be, and says that it is proven', () => {
    const found = plan(
      batch({ requests: [5, 5, 4, 4, 1, 1].map((cpu, at) => request(`vm-${at}`, cpu)) }),
    );
    expect(found).toMatchObject(ok({ method: 'heuristic', value: 2, bound: 2 }));
    expect(found.ok && found.value.explanation).toEqual([
      '6 VMs on 2 nodes, 2 of them empty before',
      'proven: no placement opens fewer nodes',
      'placed one after another and improved by moves; the solver was not needed',
    ]);
  });

  test('fills nodes evenly where the peak counts', () => {
    const requests = ['a', 'b', 'c'].map((name) => request(name, 6));
    const found = plan(batch({ requests, objective: 'peak' }));
    expect(new Set(places(found)).size).toBe(3);
    expect(found.ok && found.value.explanation[0]).toMatch(
      /^3 VMs on 3 nodes, node-\d the fullest of them at 60 %$/,
    );
  });

  test('uses what nodes have free before it opens another', () => {
    const used = { cpuCores: 4, memoryMib: 10, diskGb: 10 };
    const nodes = [node(0), node(1, { used, vmCount: 1 }), node(2)];
    const found = plan(batch({ nodes, requests: [request('a', 3), request('b', 3)] }));
    expect(places(found)).toEqual(['node-1', 'node-1']);
    expect(found).toMatchObject(ok({ value: 0, bound: 0 }));
  });

  test('waits with a VM that follows another one of the batch', () => {
    const first = request('leader', 1, { vm: { ...request('leader', 1).vm, group: 'lead' } });
    const second = request('follower', 5, { constraints: { affinity: [together('lead')] } });
    const [one, two] = places(plan(batch({ requests: [second, first] })));
    expect(one).toBe(two);
  });

  test('counts licences that its own VMs take', () => {
    const pool = { name: 'db', per: 'vm', limit: 1, used: 0, nodes: [] } as const;
    const requests = ['a', 'b'].map((name) => ({
      ...request(name, 1, { vm: { ...request(name, 1).vm, licences: ['db'] } }),
      licences: [pool],
    }));
    const found = plan(batch({ requests }));
    expect(places(found)[0]).toMatch(
      /^Of 2 VMs 1 found no node beside the others\. The first is b\./,
    );
  });

  test('says of a single VM only what speaks against it', () => {
    const found = plan(batch({ requests: [request('a', 1_000)] }));
    expect(found).toMatchObject({ ok: false, error: { data: { unplaced: ['a'] } } });
    expect(places(found)[0]).not.toMatch(/^Of 1/);
  });

  test('names those that found no node, and what speaks against the first', () => {
    const found = plan(batch({ requests: ['a', 'b', 'c', 'd'].map((name) => request(name, 6)) }));
    expect(found).toMatchObject({
      ok: false,
      error: { code: 'no-capacity', data: { unplaced: ['d'] } },
    });
    expect(places(found)[0]).toMatch(/The first is d\. VM d asks for 6 cores/);
  });

  test('says which VM makes no sense', () => {
    const found = plan(batch({ requests: [request('good', 1), request('bad', -1)] }));
    expect(found).toMatchObject({ ok: false, error: { code: 'validation-failed' } });
    expect(places(found)[0]).toMatch(/^bad: /);
  });
});

describe('a batch with an answer of a solver', () => {
  /** One after another they find no place: 6 and 4 must share a node, 5 and 5 the other. */
  const requests = [6, 5, 5, 4].map((cpu, at) => request(`vm-${at}`, cpu));
  const mutual = [
    request('a', 1, {
      constraints: { affinity: [together('b')] },
      vm: { ...request('a', 1).vm, group: 'a' },
    }),
    request('b', 1, {
      constraints: { affinity: [together('a')] },
      vm: { ...request('b', 1).vm, group: 'b' },
    }),
  ];

  function solve(input: BatchInput, chosen: Readonly<Record<number, string>>): SolverAnswer {
    const draft = draftBatch(input, env);
    if (!draft.ok || draft.value.asked === undefined) return { kind: 'failed', why: 'not asked' };
    const { table, asked } = draft.value;
    const values = asked.model.variables.map(() => 0);
    for (const [kind, { members }] of table.kinds.entries()) {
      for (const member of members) {
        const place = table.nodes.findIndex(({ name }) => name === chosen[member]);
        const variable = asked.counts[kind]?.[place];
        if (variable !== undefined) values[variable] = (values[variable] ?? 0) + 1;
      }
    }
    return { kind: 'optimal', values };
  }

  test('takes VMs that want to be with each other, which cannot be placed one by one', () => {
    const input = batch({ requests: mutual });
    expect(places(plan(input))[0]).toMatch(/2 found no node beside the others/);
    const answer = solve(input, { 0: 'node-1', 1: 'node-1' });
    const found = plan(input, answer);
    expect(places(found)).toEqual(['node-1', 'node-1']);
    expect(found).toMatchObject(ok({ method: 'exact', value: 1, bound: 1 }));
  });

  test('does not believe one that breaks a rule', () => {
    const input = batch({ requests: mutual });
    const answer = solve(input, { 0: 'node-1', 1: 'node-2' });
    expect(places(plan(input, answer))[0]).toMatch(/found no node/);
  });

  test('goes on without it, and says why, where it failed', () => {
    const nodes = [0, 1, 2].map((at) => node(at));
    const input = batch({ nodes, requests: [...requests, request('vm-4', 3)], objective: 'peak' });
    const found = plan(input, { kind: 'failed', why: 'it ran too long' });
    expect(found.ok && found.value.explanation.at(-1)).toBe(
      'placed one after another and improved by moves: the solver failed, it ran too long',
    );
  });

  test('says that no placement exists where that is proven', () => {
    const input = batch({ requests: mutual });
    const found = plan(input, { kind: 'infeasible' });
    expect(places(found)[0]).toMatch(/No placement of all of them exists\. The first is a\./);
  });
});
