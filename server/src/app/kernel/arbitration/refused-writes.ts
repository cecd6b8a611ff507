/**
 * Writes of NovaCron for VMs that were refused: each VM is tried again after a while, and an event
 * says why. One server that takes over tries each once more.
 */
import type { VmRow } from '../../../ports/tables/tables.ts';
import { observedOf } from '../../rows/answer-resource.ts';
import type { KernelDeps } from '../context/deps.ts';
import { eventChange } from '../events/events.ts';
import type { ReconcilerBudget } from '../reconcilers/reconciler.ts';
import type { Begun } from './platform-write.ts';

/** Backoff of a VM that was refused, doubled with each refusal up to the maximum. Unit: ms. */
const AGAIN_MS_MIN = 15_000;
const AGAIN_MS_MAX = 900_000;

interface Refusal {
  readonly tries: number;
  readonly notBeforeMs: number;
  readonly detail: string;
}

/** The refusals of one reconciler. */
export interface RefusedWrites {
  /** When a VM may be tried again; undefined where it was not refused. Unit: ms. */
  readonly notBeforeMs: (vmId: string) => number | undefined;
  /** Forgets all VMs but these. */
  readonly keepOnly: (vmIds: { readonly has: (id: string) => boolean }) => void;
  /**
   * Notes how a write began. The same refusal is published once; one for another reason again. A
   * write that waits is tried again in the next round.
   * @returns whether there is news of it
   */
  readonly note: (row: VmRow, begun: Begun, guard: ReconcilerBudget['guard']) => Promise<boolean>;
}

/** Binary exponential backoff. @param tries - how often it was tried in vain, at least once */
export function backoffMs(tries: number): number {
  return Math.min(AGAIN_MS_MAX, AGAIN_MS_MIN * 2 ** (tries - 1));
}

/** @param type - of the event that a refusal leads to */
export function refusedWrites(deps: KernelDeps, type: string): RefusedWrites {
  const refusals = new Map<string, Refusal>();
  return {
    notBeforeMs: (vmId) => refusals.get(vmId)?.notBeforeMs,
    keepOnly: (vmIds) => {
      for (const id of refusals.keys()) if (!vmIds.has(id)) refusals.delete(id);
    },
    note: async (row, begun, guard) => {
      if (begun.kind === 'started') refusals.delete(row.id);
      if (begun.kind !== 'refused') return begun.kind === 'started';
      const { detail, remedy } = begun.problem;
      const before = refusals.get(row.id);
      const tries = (before?.tries ?? 0) + 1;
      const notBeforeMs = deps.clock.nowMs() + backoffMs(tries);
      refusals.set(row.id, { tries, notBeforeMs, detail });
      if (before?.detail === detail) return false;
      const event = {
        tenantId: row.tenant_id,
        type,
        source: 'healing',
        target: row.id,
        priority: 'high',
        data: { name: row.name, node: observedOf(row).node, detail, remedy },
      } as const;
      const done = await deps.store.commit([guard(), eventChange(deps, event)]);
      return done.ok;
    },
  };
}
