/**
 * Notes in the memory of placement which VMs come and go with what this server commits, so that a
 * decision need not read all VMs of a node that one VM has come to.
 */

import type { Change, Delete, Drop, Insert, Put, Store } from '../../../ports/store.ts';
import type { AllocationRow } from '../../../ports/tables/allocation-row.ts';
import { aroundCommits } from '../../kernel/write/commit-changes.ts';
import { toPeers } from '../../rows/allocation-constraints.ts';
import type { PlacementMemory, RememberedAllocations } from '../placement-memory.ts';

/**
 * Wraps a store. New allocations are noted before the commit, since decisions may read them before
 * it returns, and forgotten where it fails; until it returns, a node that is read again keeps them.
 * Commits of other servers are not noted, and changes of an allocation neither.
 */
export function noteAllocations(store: Store, memory: PlacementMemory): Store {
  return aroundCommits(store, async (changes, commit) => {
    const come = changes.flatMap((change) => (comes(change) ? [change.row] : []));
    for (const row of come) {
      memory.arriving.set(row.id, row);
      add(memory, row);
    }
    let gone: readonly string[] = come.map(({ id }) => id);
    try {
      const done = await commit();
      if (done.ok) gone = changes.flatMap((change) => (leaves(change) ? [change.id] : []));
      return done;
    } finally {
      for (const { id } of come) memory.arriving.delete(id);
      for (const id of gone) remove(memory, id);
    }
  });
}

function comes(change: Change): change is Insert<'allocations'> | Put<'allocations'> {
  return (change.kind === 'insert' || change.kind === 'put') && change.into === 'allocations';
}

function leaves(change: Change): change is Delete<'allocations'> | Drop<'allocations'> {
  return (change.kind === 'delete' || change.kind === 'drop') && change.from === 'allocations';
}

/** A node that is not remembered is read before it is needed. */
function add({ allocations }: PlacementMemory, row: AllocationRow): void {
  for (const [tenantId, nodes] of allocations) {
    const known = nodes.get(row.node_id);
    if (known === undefined) continue;
    if (tenantId !== row.owner_tenant_id) {
      nodes.set(row.node_id, { ...known, others: known.others + 1 });
    } else if (known.placed.every((each) => each.row.id !== row.id)) {
      const peers = toPeers([row]);
      nodes.set(row.node_id, {
        ...known,
        placed: [...known.placed, { row, peers }],
        peers: [...known.peers, ...peers],
      });
    }
  }
}

function remove({ allocations }: PlacementMemory, id: string): void {
  for (const nodes of allocations.values()) {
    for (const [nodeId, known] of nodes) {
      if (known.placed.every(({ row }) => row.id !== id)) continue;
      const placed = known.placed.filter(({ row }) => row.id !== id);
      nodes.set(nodeId, { ...known, placed, peers: placed.flatMap(({ peers }) => peers) });
      uncount(allocations, { nodes, nodeId });
      return;
    }
  }
}

/** A VM less that a node has besides those of the other tenants. */
function uncount(
  allocations: PlacementMemory['allocations'],
  gone: { readonly nodes: Map<string, RememberedAllocations>; readonly nodeId: string },
): void {
  for (const nodes of allocations.values()) {
    const known = nodes === gone.nodes ? undefined : nodes.get(gone.nodeId);
    if (known !== undefined) nodes.set(gone.nodeId, { ...known, others: known.others - 1 });
  }
}
