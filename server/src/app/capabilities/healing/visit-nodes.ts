/**
 * Visits nodes: each one soon after it was heard of anew, and all of them from time to time. Visits
 * come one after another, so that a fleet that comes back at once is not asked all at once.
 */
import { ANY_NODE, announceSubject } from '@novacron/contract/agent';
import { AgentAnnouncement } from '@novacron/contract/agent-announcement';
import { repeatWork } from '../../kernel/reconcilers/repeat-work.ts';
import type { CapabilityDeps } from '../deps.ts';

/** A node that was silent for this long has been away. */
const SILENCE_MS_MAX = 20_000;

/** After its return an agent finishes what it had begun: a visit waits for that. */
export const SETTLE_MS = 5_000;

/** How often every node is visited. */
export const ROUND_MS = 600_000;

/** Does what is due at a node. */
export type Visit = (node: string) => Promise<void>;

/** Visits nodes until it is stopped. */
export interface NodeVisitor {
  /** Begins a round over all nodes that are ready or being drained. */
  readonly visitAll: () => void;
  /** Visits one node as soon as the visits before it are over. */
  readonly visitNow: (node: string) => void;
  readonly stop: () => void;
}

interface Heard {
  readonly atMs: number;
  readonly incarnation: string | undefined;
}

/**
 * Makes the visitor of one server.
 * @param options - `mayVisit`: whether this server does it, of all that share a store
 */
export function createNodeVisitor(
  deps: CapabilityDeps,
  options: {
    readonly visit: Visit;
    readonly mayVisit: () => boolean;
    /** How often every node is visited; every ten minutes when absent. */
    readonly roundMs?: number;
  },
): NodeVisitor {
  const heard = new Map<string, Heard>();
  const due = new Set<string>();
  let visiting = Promise.resolve();
  let stopped = false;

  function hear({ node, incarnation }: AgentAnnouncement): void {
    const before = heard.get(node);
    const nowMs = deps.clock.nowMs();
    heard.set(node, { atMs: nowMs, incarnation });
    const isSame = before !== undefined && before.incarnation === incarnation;
    if (isSame && nowMs - before.atMs <= SILENCE_MS_MAX) return;
    deps.timers.after(SETTLE_MS, () => queueVisit(node));
  }

  function queueVisit(node: string): void {
    if (stopped || due.has(node)) return;
    due.add(node);
    visiting = visiting.then(() => visitSafely(node));
  }

  async function visitSafely(node: string): Promise<void> {
    due.delete(node);
    if (stopped || !options.mayVisit()) return;
    try {
      await options.visit(node);
    } catch (cause) {
      deps.logger.warn({ node, cause }, 'a visit of a node has failed; the next round repeats it');
    }
  }

  async function queueRound(): Promise<void> {
    if (stopped || !options.mayVisit()) return;
    // One that is silent or taken out of service does not answer, and would hold up the others.
    const where = { status: { in: ['ready', 'draining'] } };
    for (const { name } of await deps.store.read({ from: 'nodes', where })) queueVisit(name);
  }

  function sayUnlisted(cause: unknown): void {
    deps.logger.warn({ cause }, 'nodes cannot be listed for their visits');
  }

  const rounds = repeatWork(deps.timers, {
    everyMs: options.roundMs ?? ROUND_MS,
    work: queueRound,
    onFailure: sayUnlisted,
  });
  const unsubscribe = deps.bus.subscribe(announceSubject(ANY_NODE), (message) => {
    const parsed = AgentAnnouncement.safeParse(message);
    // The registry says what is wrong with others.
    if (parsed.success) hear(parsed.data);
  });
  return {
    visitAll: () => void queueRound().catch(sayUnlisted),
    visitNow: queueVisit,
    stop: () => {
      stopped = true;
      rounds.stop();
      unsubscribe();
    },
  };
}
