/** Random change sets, many at a time, against a model that applies one after another. */
import { describe, expect, it } from '@jest/globals';
import { assert } from '@novacron/contract/result';
import fc from 'fast-check';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import { commitAll, commitTogether, nodeRow, type OpenStore, refusal, tenantRow } from './rows.ts';

const NODE_CORES = 8;
/** Each run opens a store of its own, which takes its time on a busy machine. */
const TIMEOUT_MS = 60_000;

const tenantId = fc.constantFrom('t1', 't2', 't3');
const tenantName = fc.constantFrom('acme', 'initech');

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constant('insert'),
    into: fc.constant('tenants'),
    row: fc.tuple(tenantId, tenantName).map(([id, name]) => tenantRow(id, name)),
    otherwise: fc.constant(refusal('taken')),
  }),
  fc.record({
    kind: fc.constant('delete'),
    from: fc.constant('tenants'),
    id: tenantId,
    expect: fc.record({ name: tenantName }),
    otherwise: fc.constant(refusal('not that tenant')),
  }),
  fc.record({
    kind: fc.constant('require-none'),
    of: fc.constant('tenants'),
    where: fc.record({ name: tenantName }),
    otherwise: fc.constant(refusal('there is one')),
  }),
  fc.record({
    kind: fc.constant('move-rule'),
    rule: fc.constantFrom('quota', 'skew'),
    from: fc.nat(3),
    otherwise: fc.constant(refusal('moved')),
  }),
  fc.record({
    kind: fc.constant('add'),
    table: fc.constant('nodes'),
    id: fc.constantFrom('n1', 'n2', 'gone'),
    by: fc
      .integer({ min: -3, max: 5 })
      .map((amount) => [{ column: 'cpu_cores_used', amount, limit: 'cpu_cores' } as const]),
    otherwise: fc.constant(refusal('no room')),
  }),
);

/** Turns of the event loop; the sets of one turn are committed without waiting. */
const turns = fc.array(fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 6 }), {
  maxLength: 6,
});

interface Model {
  /** Tenants' names by id. */
  readonly tenants: ReadonlyMap<string, string>;
  readonly coresUsed: ReadonlyMap<string, number>;
  readonly rules: ReadonlyMap<string, number>;
}

/** Declares the property. */
export function describeModel(open: OpenStore): void {
  describe('any interleaving', () => {
    it(
      'answers and ends as if sets came one after another, and overcommits no node',
      async () => {
        await fc.assert(
          fc.asyncProperty(turns, async (sets) => {
            await runAgainstModel(open, sets);
          }),
        );
      },
      TIMEOUT_MS,
    );
  });
}

async function runAgainstModel(open: OpenStore, turnsOfSets: readonly ChangeSet[][]) {
  const { store, remove } = await open();
  try {
    const nodes = ['n1', 'n2'].map((id) => nodeRow(id, { cpu_cores: NODE_CORES }));
    await commitAll(
      store,
      nodes.map((row) => ({ kind: 'put', into: 'nodes', row })),
    );
    let model: Model = {
      tenants: new Map(),
      coresUsed: new Map(nodes.map(({ id }) => [id, 0])),
      rules: new Map(),
    };
    for (const sets of turnsOfSets) {
      const outcomes = await commitTogether(store, sets);
      const expected = sets.map((set) => {
        const after = applyToModel(model, set);
        if (typeof after === 'string') return after;
        model = after;
        return 'done';
      });
      expect(outcomes).toEqual(expected);
    }
    const rows = await store.snapshot({
      tenants: { from: 'tenants' },
      nodes: { from: 'nodes' },
      rules: { from: 'rule_versions' },
    });
    expect(new Map(rows.tenants.map(({ id, name }) => [id, name]))).toEqual(model.tenants);
    expect(new Map(rows.rules.map(({ id, version }) => [id, version]))).toEqual(model.rules);
    const used = rows.nodes.map(({ id, cpu_cores_used }) => [id, cpu_cores_used] as const);
    expect(new Map(used)).toEqual(model.coresUsed);
    expect(used.filter(([, cores]) => cores < 0 || cores > NODE_CORES)).toEqual([]);
  } finally {
    await remove();
  }
}

/** The model after a set, or the detail of the guard that failed. */
function applyToModel(before: Model, set: ChangeSet): Model | string {
  const tenants = new Map(before.tenants);
  const coresUsed = new Map(before.coresUsed);
  const rules = new Map(before.rules);
  for (const one of set) {
    assert('otherwise' in one, 'the model knows guarded changes only');
    if (!applyOne(one)) return one.otherwise.detail;
  }
  return { tenants, coresUsed, rules };

  function applyOne(one: Change): boolean {
    switch (one.kind) {
      case 'insert': {
        assert('name' in one.row, 'only tenants are inserted');
        if (tenants.has(one.row.id) || [...tenants.values()].includes(one.row.name)) return false;
        tenants.set(one.row.id, one.row.name);
        return true;
      }
      case 'delete': {
        const wanted = one.expect !== undefined && 'name' in one.expect ? one.expect.name : '';
        return tenants.get(one.id) === wanted && tenants.delete(one.id);
      }
      case 'require-none':
        return ![...tenants.values()].some((name) => Object.values(one.where).includes(name));
      case 'move-rule': {
        if ((rules.get(one.rule) ?? 0) !== one.from) return false;
        rules.set(one.rule, one.from + 1);
        return true;
      }
      case 'add': {
        const now = coresUsed.get(one.id);
        const sum = (now ?? 0) + (one.by[0]?.amount ?? 0);
        if (now === undefined || sum < 0 || sum > NODE_CORES) return false;
        coresUsed.set(one.id, sum);
        return true;
      }
      default:
        throw new Error(`the model does not know ${one.kind}`);
    }
  }
}
