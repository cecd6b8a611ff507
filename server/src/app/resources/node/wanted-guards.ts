/** VMs that each node must stop when it is isolated: those on the node that request it. */
import type { AgentAnnouncement } from '@novacron/contract/agent/agent-announcement';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { stopsWhenIsolated } from '@novacron/contract/kinds/vm/vm-healing';
import { steadyMs } from '@novacron/runtime/clock';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { desiredAs, mapReadable } from '../../rows/answer-resource.ts';
import type { ResourceDeps } from '../deps.ts';

/** Maximum age of cached rows: heartbeats of many nodes share one read. Unit: ms. */
const ROWS_MS_MAX = 5_000;

/** The VMs of all nodes. */
export interface WantedGuards {
  /** Those that an agent is sent, sorted; undefined where it guards them, or cannot. */
  readonly guardFor: (said: AgentAnnouncement) => Promise<string[] | undefined>;
}

/** Opens them. */
export function createWantedGuards({
  store,
  clock,
}: Pick<ResourceDeps, 'store' | 'clock'>): WantedGuards {
  let readAtMs = Number.NEGATIVE_INFINITY;
  let wanted: Promise<ReadonlyMap<string, string[]>> | undefined;

  async function readWanted(): Promise<ReadonlyMap<string, string[]>> {
    const { nodes, allocations, vms } = await store.snapshot({
      nodes: { from: 'nodes', where: {} },
      allocations: { from: 'allocations', where: {} },
      vms: { from: 'vms', where: {}, damaged: 'blank' },
    });
    const names = new Map<string, string>(nodes.map(({ id, name }) => [id, name]));
    const asking = new Set<string>(
      mapReadable(vms.filter(mayAsk), (row) =>
        stopsWhenIsolated(desiredAs(row, VmSpec).healing) ? [row.id] : [],
      ).flat(),
    );
    const found = new Map<string, string[]>();
    for (const { node_id, vm_id } of allocations) {
      const name = names.get(node_id);
      if (name === undefined || !asking.has(vm_id)) continue;
      found.set(name, [...(found.get(name) ?? []), vm_id].sort());
    }
    return found;
  }

  function read(): Promise<ReadonlyMap<string, string[]>> {
    const nowMs = steadyMs(clock);
    if (wanted !== undefined && nowMs - readAtMs < ROWS_MS_MAX) return wanted;
    readAtMs = nowMs;
    const reading = readWanted();
    // What failed is read again with the next heartbeat.
    reading.catch(() => {
      if (wanted === reading) wanted = undefined;
    });
    wanted = reading;
    return reading;
  }

  return {
    guardFor: async ({ node, capabilities, isolation_guard: said }) => {
      if (capabilities.isolationGuard !== 'yes') return undefined;
      const vms = (await read()).get(node) ?? [];
      return String(vms) === String(said?.vms ?? []) ? undefined : vms;
    },
  };
}

/** Few do: the documents of the others need no parse. */
function mayAsk({ desired_json }: VmRow): boolean {
  return desired_json.includes('"stop_when_isolated":true');
}
