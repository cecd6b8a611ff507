/**
 * What agents say of commands that run: how far they are. It is kept in memory and by every server
 * for itself, because all of them hear it; after a restart the next report brings it back.
 */
import type { Bus } from '@novacron/bus/bus';
import {
  AgentCompletion,
  ANY_NODE,
  completionSubject,
  nodeOfSubject,
  progressSubject,
} from '@novacron/contract/agent/agent';
import { CommandProgress } from '@novacron/contract/agent/agent-progress';
import { createLruCache } from '../caching/create-lru-cache.ts';

/** Attempts whose progress is remembered; beyond that the oldest report is forgotten. */
const ATTEMPTS_MAX = 10_000;

/** Names an attempt at a step as its agent knows it. */
export interface AttemptName {
  readonly node: string;
  readonly operationId: string;
  readonly stepKey: string;
}

/** Hears how far an attempt is; 1 to 99, and never less than before. */
export type ProgressListener = (attempt: AttemptName, percent: number) => void;

/** What is known of commands that run. */
export interface ProgressWatch {
  /** Unit: percent; undefined where the agent has said nothing. */
  readonly percentOf: (attempt: AttemptName) => number | undefined;
  readonly subscribe: (listener: ProgressListener) => () => void;
  readonly stop: () => void;
}

/** Reports no progress: steps are either done or not. */
export const NO_PROGRESS: Omit<ProgressWatch, 'stop'> = {
  percentOf: () => undefined,
  subscribe: () => () => undefined,
};

/** Starts listening to agents. */
export function watchProgress({ bus }: { readonly bus: Bus }): ProgressWatch {
  const percents = createLruCache<number>(ATTEMPTS_MAX);
  const listeners = new Set<ProgressListener>();

  function hear(attempt: AttemptName, percent: number): void {
    const key = keyOf(attempt);
    // An agent that restarts begins anew: what people have seen does not go back.
    if (percent <= (percents.get(key) ?? 0)) return;
    percents.set(key, percent);
    for (const listener of listeners) listener(attempt, percent);
  }

  const leave = [
    bus.subscribe(progressSubject(ANY_NODE), (message, subject) => {
      const said = CommandProgress.safeParse(message);
      if (!said.success) return;
      const { operation_id: operationId, step: stepKey, percent } = said.data;
      // The bus vouches for the subject, nobody for what the message says of its sender.
      hear({ node: nodeOfSubject(subject), operationId, stepKey }, percent);
    }),
    bus.subscribe(completionSubject(ANY_NODE), (message, subject) => {
      // Most commands end before they have said anything.
      if (percents.size === 0) return;
      const ended = AgentCompletion.safeParse(message);
      if (!ended.success) return;
      const { operation_id: operationId, step: stepKey } = ended.data;
      percents.delete(keyOf({ node: nodeOfSubject(subject), operationId, stepKey }));
    }),
  ];
  return {
    percentOf: (attempt) => percents.get(keyOf(attempt)),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => {
      for (const unsubscribe of leave) unsubscribe();
    },
  };
}

function keyOf({ node, operationId, stepKey }: AttemptName): string {
  return `${node}/${operationId}/${stepKey}`;
}
