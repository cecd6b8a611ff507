/** Several servers on one database: as if their change sets came one after another. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ChangeSet, Store } from '../../../ports/store.ts';
import { commitAll, commitTogether, nodeRow, refusal, tenantRow } from '../suite/rows.ts';
import { openAt, usePostgres } from './test-kit/use-postgres.ts';

const postgres = usePostgres();

const SERVERS = 3;
const RUNS = 12;
const NODE_CORES = 12;
const NODES = ['n1', 'n2', 'n3'];
const TIMEOUT_MS = 60_000;

/** Takes cores of some nodes, in any order: a lock each, taken the other way round elsewhere. */
const placement = fc
  .record({
    nodes: fc.shuffledSubarray(NODES, { minLength: 1 }),
    cores: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ nodes, cores }) => ({ kind: 'placement', nodes, cores }) as const);

/** One of two servers that saw the same version of a rule may go on. */
const decision = fc
  .record({ rule: fc.constantFrom('r1', 'r2'), from: fc.nat(3) })
  .map(({ rule, from }) => ({ kind: 'decision', rule, from }) as const);

/** At most one tenant in all, which only a guard on rows that are not there can say. */
const foundation = fc.uuid().map((id) => ({ kind: 'foundation', id }) as const);

const ask = fc.oneof(placement, decision, foundation);
type Ask = typeof ask extends fc.Arbitrary<infer T> ? T : never;

const otherwise = refusal('refused');

function toChangeSet(asked: Ask): ChangeSet {
  switch (asked.kind) {
    case 'placement':
      return asked.nodes.map((id) => ({
        kind: 'add',
        table: 'nodes',
        id,
        by: [{ column: 'cpu_cores_used', amount: asked.cores, limit: 'cpu_cores' }],
        otherwise,
      }));
    case 'decision':
      return [{ kind: 'move-rule', rule: asked.rule, from: asked.from, otherwise }];
    case 'foundation':
      return [
        { kind: 'require-none', of: 'tenants', where: {}, otherwise },
        { kind: 'put', into: 'tenants', row: tenantRow(asked.id) },
      ];
  }
}

describe('several servers on one database', () => {
  it(
    'overcommit nothing, lose no update, and answer everyone',
    async () => {
      const asks = fc.array(ask, { minLength: 10, maxLength: 40 });
      const perServer = fc.array(asks, { minLength: SERVERS, maxLength: SERVERS });
      await fc.assert(fc.asyncProperty(perServer, runTogether), { numRuns: RUNS });
    },
    TIMEOUT_MS,
  );
});

async function runTogether(asksOfServers: readonly (readonly Ask[])[]): Promise<void> {
  const { store: first, url, remove } = await postgres.openStore();
  const others = await Promise.all(asksOfServers.slice(1).map(() => openAt({ url })));
  try {
    const rows = NODES.map((id) => nodeRow(id, { cpu_cores: NODE_CORES }));
    await commitAll(
      first,
      rows.map((row) => ({ kind: 'put', into: 'nodes', row })),
    );
    const done = await Promise.all(
      [first, ...others].map((store, index) => commitThose(store, asksOfServers[index] ?? [])),
    );
    await expectSums(first, done.flat());
  } finally {
    await Promise.all(others.map((store) => store.close()));
    await remove();
  }
}

/** Commits without waiting in between. @returns what went through */
async function commitThose(store: Store, asks: readonly Ask[]): Promise<readonly Ask[]> {
  const outcomes = await commitTogether(store, asks.map(toChangeSet));
  expect(outcomes.filter((outcome) => outcome !== 'done' && outcome !== 'refused')).toEqual([]);
  return asks.filter((_, index) => outcomes[index] === 'done');
}

/** The database holds what went through: no more, no less. */
async function expectSums(store: Store, done: readonly Ask[]): Promise<void> {
  const { nodes, rules, tenants } = await store.snapshot({
    nodes: { from: 'nodes' },
    rules: { from: 'rule_versions' },
    tenants: { from: 'tenants' },
  });
  for (const { id, cpu_cores_used } of nodes) {
    const placed = done.filter((asked) => asked.kind === 'placement' && asked.nodes.includes(id));
    const cores = placed.map((asked) => (asked.kind === 'placement' ? asked.cores : 0));
    expect(cpu_cores_used).toBe(cores.reduce((sum, more) => sum + more, 0));
    expect(cpu_cores_used).toBeLessThanOrEqual(NODE_CORES);
  }
  for (const { id, version } of rules) {
    const moved = done.flatMap((asked) =>
      asked.kind === 'decision' && asked.rule === id ? [asked.from] : [],
    );
    expect(moved.toSorted()).toEqual(Array.from({ length: version }, (_, from) => from));
  }
  const founded = done.flatMap((asked) => (asked.kind === 'foundation' ? [asked.id] : []));
  expect(tenants.map(({ id }) => id)).toEqual(founded);
  expect(founded.length).toBeLessThanOrEqual(1);
}
