/** Registers nodes: updates their rows from the heartbeats of agents, and marks silent ones. */
import {
  ANY_NODE,
  announceSubject,
  leaseSubject,
  nodeOfSubject,
} from '@novacron/contract/agent/agent';
import { AgentAnnouncement } from '@novacron/contract/agent/agent-announcement';
import { equalJson } from '@novacron/contract/json';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Tables } from '../../../ports/tables/tables.ts';
import { repeatWork } from '../../kernel/reconcilers/repeat-work.ts';
import type { ResourceDeps } from '../deps.ts';

/** What the registry of nodes needs. */
type RegistryDeps = Pick<ResourceDeps, 'store' | 'bus' | 'clock' | 'timers' | 'ids' | 'logger'> & {
  readonly settings: Pick<ResourceDeps['settings'], 'healthCheckIntervalMs'>;
};

/** A heartbeat is stored at most this often, to save commits. */
const LAST_SEEN_MS_STEP = 14_000;

/** A heartbeat that another server has stored this recently is not stored again. */
const LAST_SEEN_MS_FRESH = 7_000;

/** A node is lost after this time without a heartbeat: three heartbeats and a little more. */
const NODE_LEASE_MS = 20_000;

/** How often leases are checked at least: operations wait until a lost node is detected. */
const LEASE_CHECK_MS_MAX = 5_000;

/** Listens to the heartbeats of agents. */
export interface NodeRegistry {
  /**
   * Resolves when at least this many nodes have been stored since the start, or when the time is
   * up: the others are lost when their lease has expired.
   * @returns how many there are
   */
  readonly waitForNodes: (
    count: number,
    options: { readonly timeoutMs: number },
  ) => Promise<number>;
  readonly stop: () => void;
}

/** Starts listening; must run before the agents start. */
export function createNodeRegistry(deps: RegistryDeps): NodeRegistry {
  const startedAtMs = deps.clock.nowMs();
  const checkMs = Math.min(
    LEASE_CHECK_MS_MAX,
    deps.settings.healthCheckIntervalMs ?? LEASE_CHECK_MS_MAX,
  );
  const lastHeardMs = new Map<string, number>();
  /** When the last write was started, and when the last successful one was. */
  const lastWrittenMs = new Map<string, number>();
  const lastKeptMs = new Map<string, number>();
  const registered = new Set<string>();
  const waiters = new Set<() => void>();
  let stopped = false;

  /**
   * Acknowledges only stored heartbeats: other servers must know how long a lease may still run.
   */
  async function hear(announcement: AgentAnnouncement): Promise<void> {
    await register(announcement);
    const { node, incarnation, beat } = announcement;
    const keptMs = lastKeptMs.get(node) ?? Number.NEGATIVE_INFINITY;
    if (stopped || deps.clock.nowMs() - keptMs >= LAST_SEEN_MS_STEP) return;
    if (incarnation === undefined || beat === undefined) return;
    deps.bus.publish(leaseSubject(node), { incarnation, beat });
  }

  async function register(announcement: AgentAnnouncement): Promise<void> {
    const nowMs = deps.clock.nowMs();
    const { node } = announcement;
    lastHeardMs.set(node, nowMs);
    const lastMs = lastWrittenMs.get(node);
    if (lastMs !== undefined && nowMs - lastMs < LAST_SEEN_MS_STEP) return;
    lastWrittenMs.set(node, nowMs);
    // Another server may have received the same heartbeat: then its row is read once more.
    const done = await writeDown(announcement, nowMs);
    const settled = done.ok ? done : await writeDown(announcement, nowMs);
    if (!settled.ok) {
      lastWrittenMs.delete(node);
      deps.logger.warn({ node, problem: settled.error }, 'node not registered');
      return;
    }
    lastKeptMs.set(node, nowMs);
    registered.add(node);
    for (const wake of waiters) wake();
  }

  async function writeDown(
    announcement: AgentAnnouncement,
    nowMs: number,
  ): Promise<Result<void, Problem>> {
    const { node } = announcement;
    const { nodes, enrolled } = await deps.store.snapshot({
      nodes: { from: 'nodes', where: { name: node } },
      enrolled: { from: 'enrollments', where: { node } },
    });
    if (isRevoked(enrolled)) {
      lastHeardMs.delete(node);
      return err(revokedProblem(node));
    }
    const [known] = nodes;
    const row = toRow(deps, announcement, known, nowMs);
    if (known !== undefined && isWrittenDown(known, row)) return ok(undefined);
    const otherwise = problem('conflict', {
      detail: `Node ${node} was registered, filled or drained at the same time.`,
      remedy: 'No action is required: the next heartbeat updates it.',
    });
    const { cpu_cores_used, memory_mib_used, disk_gb_used, vm_count, power, ...said } = row;
    return deps.store.commit([
      known === undefined
        ? { kind: 'insert', into: 'nodes', row, otherwise }
        : {
            kind: 'update',
            table: 'nodes',
            id: known.id,
            set: said,
            otherwise,
            // A node that is being drained must not become ready again.
            expect: { status: known.status },
          },
    ]);
  }

  /** Marks the silent nodes: nothing is placed there until their next heartbeat. */
  async function checkLeases(): Promise<void> {
    const ready = await deps.store.read({ from: 'nodes', where: { status: 'ready' } });
    const nowMs = deps.clock.nowMs();
    for (const { id, name, last_seen_at_ms } of ready) {
      // Another server may receive heartbeats that this one misses.
      const lastMs = Math.max(lastHeardMs.get(name) ?? startedAtMs, last_seen_at_ms);
      if (nowMs - lastMs <= NODE_LEASE_MS) continue;
      lastWrittenMs.delete(name);
      const done = await deps.store.commit([
        {
          kind: 'update',
          table: 'nodes',
          id,
          set: { status: 'lost' },
          expect: { status: 'ready' },
          otherwise: problem('conflict', {
            detail: `Node ${name} is not ready any more.`,
            remedy: 'No action is required: its status has been changed already.',
          }),
        },
      ]);
      if (done.ok) deps.logger.warn({ node: name }, 'node is lost: its agent is silent');
    }
  }

  const checks = repeatWork(deps.timers, {
    everyMs: checkMs,
    work: checkLeases,
    onFailure: (cause) => deps.logger.warn({ cause }, 'leases are not checked'),
  });
  const unsubscribe = deps.bus.subscribe(announceSubject(ANY_NODE), (message, subject) => {
    const parsed = AgentAnnouncement.safeParse(message);
    if (!parsed.success) {
      deps.logger.warn({ reason: parsed.error.message }, 'an announcement is invalid');
      return;
    }
    const { node } = parsed.data;
    if (nodeOfSubject(subject) !== node) {
      // The bus lets an agent use the subjects of its own node only; the message may claim any
      // node.
      deps.logger.warn({ node, subject }, 'an announcement in the name of another node is ignored');
      return;
    }
    hear(parsed.data).catch((cause) => deps.logger.warn({ cause }, 'node not registered'));
  });

  return {
    waitForNodes: (count, { timeoutMs }) =>
      new Promise((resolve) => {
        const wake = (): void => {
          if (registered.size < count) return;
          end();
        };
        const end = (): void => {
          cancel();
          waiters.delete(wake);
          resolve(registered.size);
        };
        const cancel = deps.timers.after(timeoutMs, end);
        waiters.add(wake);
        wake();
      }),
    stop: () => {
      stopped = true;
      checks.stop();
      unsubscribe();
    },
  };
}

/** A node that was never enrolled is skipped: its bus does not require certificates. */
function isRevoked(enrolled: readonly Tables['enrollments'][]): boolean {
  const statuses = enrolled.map(({ status }) => status);
  return statuses.includes('revoked') && !statuses.includes('active');
}

function revokedProblem(node: string): Problem {
  return problem('forbidden', {
    detail: `The enrollment of node ${node} was revoked, so its agent is ignored.`,
    remedy: 'Stop the agent, or enroll it again: novacron enrollment create --node NODE.',
  });
}

/** Whether a row already has the values to store, as of a moment ago. */
function isWrittenDown(known: Tables['nodes'], row: Tables['nodes']): boolean {
  const ageMs = row.last_seen_at_ms - known.last_seen_at_ms;
  if (Math.abs(ageMs) > LAST_SEEN_MS_FRESH) return false;
  return equalJson({ ...known, last_seen_at_ms: row.last_seen_at_ms }, { ...row });
}

function toRow(
  deps: RegistryDeps,
  said: AgentAnnouncement,
  known: Tables['nodes'] | undefined,
  nowMs: number,
): Tables['nodes'] {
  const used = {
    cpu_cores_used: known?.cpu_cores_used ?? 0,
    memory_mib_used: known?.memory_mib_used ?? 0,
    disk_gb_used: known?.disk_gb_used ?? 0,
  };
  return {
    id: known?.id ?? deps.ids.next('node'),
    name: said.node,
    zone: said.zone,
    rack: said.rack,
    driver: said.driver,
    status: known?.status === undefined || known.status === 'lost' ? 'ready' : known.status,
    capabilities_json: JSON.stringify(said.capabilities),
    power: known?.power ?? null,
    prices_json: said.prices === undefined ? null : JSON.stringify(said.prices),
    // A node that has become smaller than the amounts of its VMs is full, not lost.
    cpu_cores: Math.max(said.capacity.cpu_cores, used.cpu_cores_used),
    memory_mib: Math.max(said.capacity.memory_mib, used.memory_mib_used),
    disk_gb: Math.max(said.capacity.disk_gb, used.disk_gb_used),
    ...used,
    vm_count: known?.vm_count ?? 0,
    last_seen_at_ms: nowMs,
    created_at_ms: known?.created_at_ms ?? nowMs,
  };
}
