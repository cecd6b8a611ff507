/**
 * Visits nodes: each one soon after its return, and all of them from time to time. Visits run one
 * after another, so that a fleet that returns at once is not asked all at once.
 */

import { BeatHead } from '@novacron/contract/agent/agent-announcement';
import { ANY_NODE, announceSubject } from '@novacron/contract/agent/agent-subjects';
import type { Reconciler } from '../../kernel/reconcilers/reconciler.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';

/** A node that was silent for this long counts as returning. */
const SILENCE_MS_MAX = 20_000;

/** After its return an agent finishes pending commands: a visit waits for that. */
export const SETTLE_MS = 5_000;

/** Interval between visits of every node. */
export const ROUND_MS = 600_000;

/** Does the work that is due at a node. */
export type Visit = (node: string) => Promise<void>;

/** A reconciler that visits nodes, and can be asked to visit one at once. */
export interface NodeVisits extends Reconciler {
  /** Visits one node as soon as the visits before it are over. */
  readonly visitNow: (node: string) => void;
}

interface Heard {
  readonly atMs: number;
  readonly incarnation: string | undefined;
}

/** Visits all nodes in rounds, and each node soon after its return. */
export function nodeVisits(
  deps: CapabilityDeps,
  row: Pick<Reconciler, 'name' | 'summary' | 'wakesOn'> & {
    readonly visit: Visit;
    /** Interval of the rounds, in milliseconds. */
    readonly everyMs: number;
  },
): NodeVisits {
  const { visit, ...described } = row;
  const heard = new Map<string, Heard>();
  const due = new Set<string>();
  let visiting = Promise.resolve();
  let mayVisit = (): boolean => false;

  function hear({ node, incarnation }: BeatHead): void {
    const before = heard.get(node);
    const nowMs = deps.clock.nowMs();
    heard.set(node, { atMs: nowMs, incarnation });
    const isSame = before !== undefined && before.incarnation === incarnation;
    if (isSame && nowMs - before.atMs <= SILENCE_MS_MAX) return;
    deps.timers.after(SETTLE_MS, () => queueVisit(node));
  }

  function queueVisit(node: string): void {
    if (due.has(node) || !mayVisit()) return;
    due.add(node);
    visiting = visiting.then(() => visitSafely(node));
  }

  async function visitSafely(node: string): Promise<void> {
    due.delete(node);
    if (!mayVisit()) return;
    try {
      await visit(node);
    } catch (cause) {
      deps.logger.warn({ node, cause }, 'a visit of a node has failed; the next round repeats it');
    }
  }

  return {
    ...described,
    lease: 'reconcilers',
    run: async () => {
      // A node that is silent or out of service does not answer, and would delay the others.
      const where = { status: { in: ['ready', 'draining'] } };
      for (const { name } of await deps.store.read({ from: 'nodes', where })) queueVisit(name);
      return undefined;
    },
    subscribe: ({ mayContinue }) => {
      mayVisit = mayContinue;
      return deps.bus.subscribe(announceSubject(ANY_NODE), (message) => {
        const head = readHead(message);
        // The node registry reports invalid announcements.
        if (head !== undefined) hear(head);
      });
    },
    visitNow: queueVisit,
  };
}

/** Several reconcilers hear each heartbeat: it is parsed once. */
const HEADS = new WeakMap<object, BeatHead | null>();

function readHead(message: object): BeatHead | undefined {
  const known = HEADS.get(message);
  if (known !== undefined) return known ?? undefined;
  const { data } = BeatHead.safeParse(message);
  HEADS.set(message, data ?? null);
  return data;
}
