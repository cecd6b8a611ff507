/**
 * Runs the health check of VMs: every node from time to time, a node at once when its agent reports
 * that a machine changed, and the VMs of an operation when it has ended.
 */
import { ANY_NODE, machineSubject, nodeOfSubject } from '@novacron/contract/agent/agent-subjects';
import { Event } from '@novacron/contract/events/event';
import type { JsonObject } from '@novacron/contract/json';
import { EVENT_SUBJECT } from '../../kernel/events/relay-events.ts';
import type { Reconciler } from '../../kernel/reconcilers/reconciler.ts';
import { mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { observeMachines } from './observe-machines.ts';
import type { ObservingParts } from './observe-snapshots.ts';
import { nodeVisits } from './visit-nodes.ts';

/** Default interval between checks of VMs. */
const HEALTH_CHECK_MS = 30_000;

/** Maximum number of operations to wait for; the others are left to the next round. */
const AWAITED_MAX = 10_000;

/** Delay of the check after an operation has ended: its changes are stored by then. Unit: ms. */
const AGAIN_MS = 100;

/** Compares VMs with their machines on every node. */
export function machineChecks(parts: ObservingParts): Reconciler {
  const { deps } = parts;
  /** VMs that could not be checked, by the operation that works on them. */
  const awaited = new Map<string, Set<string>>();
  const visits = nodeVisits(deps, {
    name: 'machine-check',
    summary: 'Compares each VM with its machine on its node.',
    everyMs: deps.settings.healthCheckIntervalMs ?? HEALTH_CHECK_MS,
    visit: async (node) => lookLater(await observeMachines(parts, node)),
  });

  function hearEvent(message: JsonObject): void {
    if (awaited.size === 0) return;
    const event = Event.safeParse(message);
    if (!event.success || event.data.type.endsWith('.accepted')) return;
    const operationId = String(event.data.data.operation_id);
    const ids = awaited.get(operationId);
    if (!awaited.delete(operationId) || ids === undefined) return;
    void lookLater([...ids]).catch(logReadFailure);
  }

  /** Checks VMs once their operations have ended, on the nodes where they are then. */
  async function lookLater(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const nodes = new Set<string>();
    const rows = await deps.store.read({ from: 'vms', where: { id: { in: [...ids] } } });
    for (const { busy_operation_id: by, id } of rows) if (by !== null) awaitEnd(by, id);
    const idle = rows.filter((row) => row.busy_operation_id === null);
    for (const node of mapReadable(idle, (row) => String(observedOf(row).node))) nodes.add(node);
    if (nodes.size === 0) return;
    deps.timers.after(AGAIN_MS, () => {
      for (const node of nodes) visits.visitNow(node);
    });
  }

  function awaitEnd(operationId: string, vmId: string): void {
    if (awaited.size >= AWAITED_MAX) awaited.clear();
    const ids = awaited.get(operationId) ?? new Set<string>();
    awaited.set(operationId, ids.add(vmId));
  }

  function logReadFailure(cause: unknown): void {
    deps.logger.warn({ cause }, 'VMs are checked in the next round');
  }

  return {
    ...visits,
    subscribe: (budget, wake) => {
      const leave = [
        visits.subscribe?.(budget, wake),
        deps.bus.subscribe(machineSubject(ANY_NODE), (_message, subject) => {
          visits.visitNow(nodeOfSubject(subject));
        }),
        deps.bus.subscribe(EVENT_SUBJECT, hearEvent),
      ];
      return () => {
        for (const unsubscribe of leave) unsubscribe?.();
      };
    },
  };
}
