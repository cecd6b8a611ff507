/** Placed VMs that a decision takes into account; a hard rule is never evaluated from the cache. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { JsonObject } from '@novacron/contract/json';
import { VM_FIELDS, VmSpec } from '@novacron/contract/kinds/vm/vm';
import { fillDefaults } from '@novacron/contract/schema/field';
import { openTemporaryStore } from '../../../adapters/store/sqlite/temporary-store.ts';
import { commitAll, nodeRow, vmRow } from '../../../adapters/store/suite/rows.ts';
import type { Change, Store } from '../../../ports/store.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { traitColumns } from '../../rows/allocation-constraints.ts';
import { toPlacementRequest } from '../../rows/placement-request.ts';
import { replan } from '../../rows/resource-problems.ts';
import { createPlacementMemory } from '../placement-memory.ts';
import { noteAllocations } from './note-allocations.ts';
import { readPlacementRules } from './placement-rules.ts';

const TENANT = 'tnt_a';
const NODE = 'node_01m7ye498cecdanqr8h7665s26';
const SIZE = { cpu_cores: 1, memory_gb: 1, disk_gb: 10 };
const WEB = { metadata: { tier: 'web' } };
const APART = { placement: { anti_affinity: [{ labels: { tier: 'web' }, level: 'node' }] } };

/** The level `node` has been used by a hard rule. */
const NODE_LEVEL = [{ id: `placement/${TENANT}`, version: 1 }];

let temporary: Awaited<ReturnType<typeof openTemporaryStore>>;
let placementMemory: ReturnType<typeof createPlacementMemory>;
let nowMs: number;

beforeEach(async () => {
  nowMs = 10_000;
  placementMemory = createPlacementMemory();
  temporary = await openTemporaryStore();
  await commitAll(temporary.store, [{ kind: 'put', into: 'nodes', row: nodeRow(NODE, {}) }]);
});
afterEach(() => temporary.remove());

function specOf(name: string, fields: JsonObject): VmSpec {
  return VmSpec.parse(fillDefaults(VM_FIELDS, { name, ...SIZE, ...fields }));
}

/** Places a VM, or changes one; the used amounts of its node stay as they are. */
function place(name: string, fields: JsonObject): Change[] {
  const amounts = { cpu_cores: 1, memory_mib: 1024, disk_gb: 10 };
  const row = { id: `alloc_${name}`, vm_id: name, node_id: NODE, created_at_ms: 1 };
  const traits = traitColumns(TENANT, [specOf(name, fields)]);
  return [
    { kind: 'put', into: 'vms', row: vmRow(name, { tenant_id: TENANT, name }) },
    {
      kind: 'put',
      into: 'allocations',
      row: { ...row, ...amounts, ...traits, claims_json: null, has_claims: null },
    },
  ];
}

/** Ranks the nodes for a new web server. */
async function ranked(
  kept: readonly { readonly id: string; readonly version: number }[],
  nodes: readonly NodeRow[] = [nodeRow(NODE, {})],
) {
  const deps = { store: temporary.store, placementMemory, clock: { nowMs: () => nowMs } };
  const ask = toPlacementRequest(specOf('new', WEB));
  const subject = { tenantId: TENANT, vmId: undefined, ask, nodes, kept };
  // Reading uses no other port.
  const rules = await readPlacementRules(subject, { deps: deps as never });
  return (await rules.readRanked()).groups.flat();
}

/** The rows of allocations that a store has read. */
async function allocationsRead(
  reads: jest.SpiedFunction<Store['read']>,
): Promise<readonly unknown[]> {
  const { calls, results } = reads.mock;
  const ours = results.filter((_, index) => calls[index]?.[0].from === 'allocations');
  const rows = await Promise.all(ours.map(({ value }) => value));
  return rows.flat();
}

describe('VMs that keep others away', () => {
  test('are seen as they are now, however soon after a change', async () => {
    const { store } = temporary;
    await commitAll(store, place('vm_b', {}));
    expect((await ranked(NODE_LEVEL)).map(({ apart }) => apart)).toEqual([undefined]);
    await commitAll(store, place('vm_b', APART));
    expect((await ranked(NODE_LEVEL))[0]?.apart).toHaveLength(1);
    await commitAll(store, place('vm_b', {}));
    expect((await ranked(NODE_LEVEL)).map(({ apart }) => apart)).toEqual([undefined]);
  });

  test('are seen where the nodes were read before they came', async () => {
    expect(await ranked(NODE_LEVEL)).toEqual([]);
    await commitAll(temporary.store, place('vm_c', APART));
    // The amounts of the node are those of the first reading.
    expect((await ranked(NODE_LEVEL))[0]?.apart).toHaveLength(1);
  });
});

describe('VMs that only count in scores', () => {
  test('are read again with a changed node, after a second, and at an earlier time', async () => {
    const { store } = temporary;
    await commitAll(store, place('vm_a', WEB));
    const [first] = await ranked([]);
    expect(first?.labels).toEqual({ tier: 'web' });
    await commitAll(store, place('vm_b', WEB));
    expect(await ranked([])).toEqual([first]);
    const both = await ranked([], [nodeRow(NODE, { vm_count: 2 })]);
    expect(both).toHaveLength(2);
    // The same object, so that an index need not compare it.
    expect(both).toContain(first);
    await commitAll(store, place('vm_b', {}));
    nowMs -= 3_600_000;
    expect((await ranked([], [nodeRow(NODE, { vm_count: 2 })]))[1]?.labels).toEqual({});
    await commitAll(store, place('vm_b', WEB));
    nowMs += 1_000;
    expect((await ranked([], [nodeRow(NODE, { vm_count: 2 })]))[1]?.labels).toEqual({
      tier: 'web',
    });
  });

  test('are known from what is committed, and read where others have committed', async () => {
    const { store } = temporary;
    const own = noteAllocations(store, placementMemory);
    const at = (vm_count: number) => [nodeRow(NODE, { vm_count })];
    await commitAll(own, place('vm_a', WEB));
    expect(await ranked([], at(1))).toHaveLength(1);
    const reads = jest.spyOn(store, 'read');
    const rowsRead = async () => (await allocationsRead(reads)).length;
    await commitAll(own, place('vm_b', WEB));
    expect(await ranked([], at(2))).toHaveLength(2);
    // Of a decision that had read the nodes before the commit.
    expect(await ranked([], at(1))).toHaveLength(1);
    // The same again, and a change that is refused.
    await commitAll(own, place('vm_b', WEB));
    await own.commit([
      ...place('vm_c', WEB),
      { kind: 'update', table: 'vms', id: 'vm_none', set: {}, otherwise: replan('It') },
    ]);
    await commitAll(own, [{ kind: 'drop', from: 'allocations', id: 'alloc_vm_a' }]);
    expect(await ranked([], at(1))).toHaveLength(1);
    expect(await rowsRead()).toBe(0);
    await commitAll(store, place('vm_d', WEB));
    expect(await ranked([], at(2))).toHaveLength(2);
    expect(await rowsRead()).toBe(2);
    reads.mockRestore();
  });

  test('are read once a second where only this server commits', async () => {
    const { store } = temporary;
    const own = noteAllocations(store, placementMemory);
    await commitAll(own, place('vm_a', WEB));
    await ranked([], [nodeRow(NODE, { vm_count: 1 })]);
    await commitAll(own, place('vm_b', WEB));
    const reads = jest.spyOn(store, 'read');
    const readings: number[] = [];
    for (const _ of Array.from({ length: 4 })) {
      nowMs += 600;
      expect(await ranked([], [nodeRow(NODE, { vm_count: 2 })])).toHaveLength(2);
      readings.push((await allocationsRead(reads)).length);
      reads.mockClear();
    }
    expect(readings).toEqual([0, 2, 0, 2]);
    reads.mockRestore();
  });

  test('are kept while they are committed, also where their node is read meanwhile', async () => {
    const { store } = temporary;
    let read = Promise.resolve<unknown>(undefined);
    const slow = {
      ...store,
      commit: async (changes: readonly Change[]) => {
        nowMs += 1_000;
        read = ranked([]);
        await read;
        return await store.commit(changes);
      },
    };
    await ranked([]);
    await commitAll(noteAllocations(slow, placementMemory), place('vm_a', WEB));
    expect(await read).toEqual([]);
    const reads = jest.spyOn(store, 'read');
    expect(await ranked([], [nodeRow(NODE, { vm_count: 1 })])).toHaveLength(1);
    expect(await allocationsRead(reads)).toEqual([]);
    reads.mockRestore();
  });

  test('of other tenants leave what is known of a node as it is', async () => {
    const { store } = temporary;
    const own = noteAllocations(store, placementMemory);
    await commitAll(own, place('vm_a', WEB));
    await ranked([], [nodeRow(NODE, { vm_count: 1 })]);
    const other = place('vm_x', WEB).map((change) =>
      change.kind === 'put' && change.into === 'allocations'
        ? { ...change, row: { ...change.row, owner_tenant_id: 'tnt_b' } }
        : change,
    );
    await commitAll(own, other);
    const reads = jest.spyOn(store, 'read');
    expect(await ranked([], [nodeRow(NODE, { vm_count: 2 })])).toHaveLength(1);
    expect(await allocationsRead(reads)).toEqual([]);
    reads.mockRestore();
  });

  test('of nodes that have left are forgotten', async () => {
    await commitAll(temporary.store, place('vm_a', WEB));
    await ranked([]);
    expect(await ranked([], [])).toEqual([]);
    expect(placementMemory.allocations.get(TENANT)?.size).toBe(0);
  });
});
