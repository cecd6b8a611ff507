/** Faults of the product that break its safety, put in to see whether the simulation notices. */
import type { Bus } from '@novacron/bus/bus';
import type { ChangeSet, Store } from '@novacron/server/ports/store';

/** Factor by which the server extends a lease to allow for clock drift. */
const DRIFT_FACTOR = 1.01;

/** A server that takes the clocks of hosts for exact: it waits for the lease and no longer. */
export function withoutDriftBound(store: Store): Store {
  /** Stored text, by the value read. */
  const stored = new Map<unknown, string>();

  function shorten<Row extends object>(row: Row): Row {
    if (!('guard_json' in row) || typeof row.guard_json !== 'string' || hasEnded(row)) return row;
    const guard = JSON.parse(row.guard_json);
    const lease_ms = Math.floor(guard.lease_ms / DRIFT_FACTOR);
    const guard_json = JSON.stringify({ ...guard, lease_ms });
    stored.set(guard_json, row.guard_json);
    return { ...row, guard_json };
  }

  function restore(change: ChangeSet[number]): ChangeSet[number] {
    if (change.kind !== 'update' || change.table !== 'nodes') return change;
    const { expect, set } = change;
    const text = stored.get(Object(expect).guard_json);
    if (text === undefined) return change;
    const fence = set.lease_fence_json;
    const guard = JSON.parse(text);
    const lease_fence_json = JSON.stringify({ ...JSON.parse(fence ?? '{}'), guard });
    const said = fence === undefined || fence === null ? set : { ...set, lease_fence_json };
    return { ...change, set: said, expect: { ...expect, guard_json: text } };
  }

  return {
    ...store,
    commit: (changes) => store.commit(changes.map(restore)),
    read: async (query) => {
      const rows = await store.read(query);
      return query.from === 'nodes' ? rows.map(shorten) : rows;
    },
  };
}

/** Whether the end of its lease is recorded since it was heard last. */
function hasEnded(row: object): boolean {
  const { lease_fence_json: text, last_seen_at_ms: seenMs } = Object(row);
  return typeof text === 'string' && JSON.parse(text).seen_ms === seenMs;
}

/**
 * An executor that undoes a migration although its destination was asked to run the VM: the source
 * takes the VM back, as it was not asked to release it.
 */
export function withEarlyUndo(bus: Bus): Bus {
  /** The last migration of each VM. */
  const sent = new Map<string, { readonly subject: string; readonly message: object }>();
  return {
    ...bus,
    request: (subject, message, options) => {
      const { action, vm_id: vmId, step, operation_id: operationId } = Object(message);
      if (action?.kind === 'migrate') {
        const { release: _, ...unreleased } = action;
        const kept = { ...message, action: unreleased };
        sent.set(String(vmId), { subject, message: kept });
        return bus.request(subject, kept, options);
      }
      const before = sent.get(String(vmId));
      const isDestination = action?.kind === 'activate' && before?.subject !== subject;
      if (before !== undefined && isDestination && String(step).startsWith('activate')) {
        sent.delete(String(vmId));
        const undo = { ...before.message, step: `undo:migrate`, action: { kind: 'activate' } };
        const sequence = Number(Object(message).sequence ?? 0) + 1;
        void bus.request(before.subject, { ...undo, operation_id: operationId, sequence }, options);
      }
      return bus.request(subject, message, options);
    },
  };
}
