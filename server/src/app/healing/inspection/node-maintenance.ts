import { Event } from '@novacron/contract/events/event';
import type { JsonObject } from '@novacron/contract/json';
import { EVENT_SUBJECT } from '../../kernel/events/relay-events.ts';
import { mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { recoveredFrom } from '../../rows/observed-machine.ts';
import { type CleaningParts, cleanNode } from './clean-node.ts';
import { observeSnapshots } from './observe-snapshots.ts';
import { resumeStuck } from './resume-stuck.ts';
import { type NodeVisits, nodeVisits, ROUND_MS } from './visit-nodes.ts';

/** The event of a VM that runs on another node than its dead one. */
const RECOVERED = 'vm.recover.succeeded';

/** Resumes stuck operations of each node, removes leftovers, and checks snapshots. */
export function nodeMaintenance(
  parts: CleaningParts & Parameters<typeof resumeStuck>[0],
): NodeVisits {
  const { deps } = parts;
  const visits = nodeVisits(deps, {
    name: 'node-maintenance',
    summary: 'Resumes stuck operations, removes unneeded machines and checks snapshots.',
    everyMs: ROUND_MS,
    wakesOn: ['lease-gained'],
    visit: async (node) => {
      await resumeStuck(parts, node);
      await cleanNode(parts, node);
      await observeSnapshots(parts, node);
    },
  });

  function hearEvent(message: JsonObject): void {
    const event = Event.safeParse(message);
    if (!event.success || event.data.type !== RECOVERED) return;
    visitOrigin(event.data.target).catch((cause) =>
      deps.logger.warn({ cause }, 'the node of a recovered VM is visited in the next round'),
    );
  }

  /** Its dead node may be back since, with a copy of the VM that runs. */
  async function visitOrigin(vmId: string): Promise<void> {
    const rows = await deps.store.read({ from: 'vms', where: { id: vmId } });
    const names = mapReadable(rows, (row) => recoveredFrom(observedOf(row))).flat();
    if (names.length === 0) return;
    const where = { name: { in: names }, status: { in: ['ready', 'draining'] } };
    for (const { name } of await deps.store.read({ from: 'nodes', where })) visits.visitNow(name);
  }

  return {
    ...visits,
    subscribe: (budget, wake) => {
      const leave = [
        visits.subscribe?.(budget, wake),
        deps.bus.subscribe(EVENT_SUBJECT, hearEvent),
      ];
      return () => {
        for (const unsubscribe of leave) unsubscribe?.();
      };
    },
  };
}
