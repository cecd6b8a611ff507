/** View of the fleet in a tenant's decisions, for each read. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { JsonObject } from '@novacron/contract/json';
import { VM_FIELDS, VmSpec } from '@novacron/contract/kinds/vm/vm';
import { fillDefaults } from '@novacron/contract/schema/field';
import { openTemporaryStore } from '../../../adapters/store/sqlite/temporary-store.ts';
import { commitAll, nodeRow, vmRow } from '../../../adapters/store/suite/rows.ts';
import type { Change, Store } from '../../../ports/store.ts';
import { traitColumns } from '../../rows/allocation-constraints.ts';
import { createPlacementMemory, type PlacementMemory } from '../placement-memory.ts';
import { loadFleet } from './load-fleet.ts';

const TENANT = 'tnt_a';
const NODES = ['node_01m7ye498cecdanqr8h7665s26', 'node_01m7ye498cecdanqr8h7665s27'];
const [FIRST = '', SECOND = ''] = NODES;

let memory: PlacementMemory;
let temporary: Awaited<ReturnType<typeof openTemporaryStore>>;

beforeEach(async () => {
  memory = createPlacementMemory();
  temporary = await openTemporaryStore();
  await commitAll(
    temporary.store,
    NODES.map((id): Change => ({ kind: 'put', into: 'nodes', row: nodeRow(id, { name: id }) })),
  );
});
afterEach(() => temporary.remove());

function place(id: string, at: { readonly node: string; readonly fields?: JsonObject }): Change[] {
  const size = { cpu_cores: 1, memory_gb: 1, disk_gb: 10 };
  const spec = VmSpec.parse(fillDefaults(VM_FIELDS, { name: id, ...size, ...at.fields }));
  const amounts = { cpu_cores: 1, memory_mib: 1024, disk_gb: 10 };
  const traits = traitColumns(TENANT, [spec]);
  const row = { id: `alloc_${id}`, vm_id: id, node_id: at.node, created_at_ms: 1 };
  return [
    { kind: 'put', into: 'vms', row: vmRow(id, { tenant_id: TENANT, name: id }) },
    {
      kind: 'put',
      into: 'allocations',
      row: { ...row, ...amounts, ...traits, claims_json: null, has_claims: null },
    },
  ];
}

it.each<[string, readonly Change[]]>([
  ['is new', place('vm_c', { node: SECOND })],
  ['has moved', place('vm_a', { node: SECOND })],
  ['has other labels', place('vm_a', { node: FIRST, fields: { metadata: { tier: 'db' } } })],
  ['keeps others away now', place('vm_a', { node: FIRST, fields: { anti_affinity: 'db' } })],
  [
    'is gone',
    [
      { kind: 'drop', from: 'vms', id: 'vm_a' },
      { kind: 'drop', from: 'allocations', id: 'alloc_vm_a' },
    ],
  ],
])('sees what a first reading would see where a VM %s', async (_name, change) => {
  const { store } = temporary;
  await commitAll(store, [...place('vm_a', { node: FIRST }), ...place('vm_b', { node: FIRST })]);
  const before = await load(store);
  await commitAll(store, change);
  const after = await load(store);
  // An empty memory knows nothing of the first reading.
  expect(after).toEqual(await load(store, createPlacementMemory()));
  expect(after).not.toEqual(before);
});

it('parses a VM that has not changed only once', async () => {
  const { store } = temporary;
  await commitAll(store, place('vm_a', { node: FIRST, fields: { metadata: { tier: 'db' } } }));
  const [first] = (await load(store)).kinds.values();
  const [second] = (await load(store)).kinds.values();
  expect(second?.labels).toEqual({ tier: 'db' });
  expect(second?.labels).toBe(first?.labels);
});

async function load(store: Store, placementMemory = memory) {
  const prices = { current: () => undefined, isCharging: () => false };
  const deps = { store, usage: undefined, prices, placementMemory };
  const { index, names } = await loadFleet(deps, TENANT);
  const { kinds, homes, apartAt } = index.peers;
  return { kinds, homes, apartAt, names };
}
