/** Keeps the table of nodes in step with what agents say about themselves. */
import { AgentAnnouncement, ANNOUNCE_SUBJECT } from '@novacron/contract/agent';
import { problem } from '@novacron/contract/problem';
import type { Tables } from '../ports/tables.ts';
import type { AppDeps } from './deps.ts';

/** A heartbeat is written down at most this often: not every one is worth a commit. */
const LAST_SEEN_MS_STEP = 15_000;

/** Listens to agents. */
export interface NodeRegistry {
  /** Resolves when at least this many nodes have been written down since the start. */
  readonly waitForNodes: (count: number) => Promise<void>;
  readonly stop: () => void;
}

/** Starts listening; must come before the agents start. */
export function createNodeRegistry(deps: AppDeps): NodeRegistry {
  const registered = new Set<string>();
  const lastWrittenMs = new Map<string, number>();
  const waiters: { readonly count: number; readonly resolve: () => void }[] = [];

  async function register(announcement: AgentAnnouncement): Promise<void> {
    const nowMs = deps.clock.nowMs();
    const lastMs = lastWrittenMs.get(announcement.node);
    if (lastMs !== undefined && nowMs - lastMs < LAST_SEEN_MS_STEP) return;
    lastWrittenMs.set(announcement.node, nowMs);
    const [known] = await deps.store.read({ from: 'nodes', where: { name: announcement.node } });
    const row = toRow(deps, announcement, known, nowMs);
    const otherwise = problem('conflict', {
      detail: `Node ${announcement.node} was registered by another server at the same time.`,
      remedy: 'Nothing to do: the next heartbeat brings it up to date.',
    });
    const { cpu_cores_used, memory_mib_used, disk_gb_used, vm_count, ...said } = row;
    const done = await deps.store.commit([
      known === undefined
        ? { kind: 'insert', into: 'nodes', row, otherwise }
        : { kind: 'update', table: 'nodes', id: known.id, set: said, otherwise },
    ]);
    if (!done.ok) {
      lastWrittenMs.delete(announcement.node);
      deps.logger.warn({ node: announcement.node, problem: done.error }, 'node not registered');
      return;
    }
    registered.add(announcement.node);
    for (const waiter of waiters) if (registered.size >= waiter.count) waiter.resolve();
  }

  const unsubscribe = deps.bus.subscribe(ANNOUNCE_SUBJECT, (message) => {
    const parsed = AgentAnnouncement.safeParse(message);
    if (!parsed.success) {
      deps.logger.warn({ reason: parsed.error.message }, 'an announcement is not understood');
      return;
    }
    register(parsed.data).catch((cause) => deps.logger.error({ cause }, 'node not registered'));
  });

  return {
    waitForNodes: (count) =>
      new Promise((resolve) => {
        if (registered.size >= count) resolve();
        else waiters.push({ count, resolve });
      }),
    stop: unsubscribe,
  };
}

function toRow(
  deps: AppDeps,
  said: AgentAnnouncement,
  known: Tables['nodes'] | undefined,
  nowMs: number,
): Tables['nodes'] {
  return {
    id: known?.id ?? deps.ids.next('node'),
    name: said.node,
    zone: said.zone,
    rack: said.rack,
    driver: said.driver,
    status: known?.status === undefined || known.status === 'lost' ? 'ready' : known.status,
    capabilities_json: JSON.stringify(said.capabilities),
    cpu_cores: said.capacity.cpu_cores,
    memory_mib: said.capacity.memory_mib,
    disk_gb: said.capacity.disk_gb,
    cpu_cores_used: known?.cpu_cores_used ?? 0,
    memory_mib_used: known?.memory_mib_used ?? 0,
    disk_gb_used: known?.disk_gb_used ?? 0,
    vm_count: known?.vm_count ?? 0,
    last_seen_at_ms: nowMs,
    created_at_ms: known?.created_at_ms ?? nowMs,
  };
}
