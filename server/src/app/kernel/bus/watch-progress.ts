/**
 * The progress that agents report of running commands. Every server keeps it in memory for itself,
 * because all of them receive it; after a restart the next report restores it.
 */
import type { Bus } from '@novacron/bus/bus';
import { AgentCompletion } from '@novacron/contract/agent/agent';
import { CommandProgress } from '@novacron/contract/agent/agent-progress';
import {
  ANY_NODE,
  completionSubject,
  nodeOfSubject,
  progressSubject,
} from '@novacron/contract/agent/agent-subjects';
import { createLruCache } from '../caching/create-lru-cache.ts';

/** Maximum number of attempts; beyond it the oldest report is dropped. */
const ATTEMPTS_MAX = 10_000;

/** Names an attempt at a step as its agent knows it. */
export interface AttemptName {
  readonly node: string;
  readonly operationId: string;
  readonly stepKey: string;
}

/** Called with the progress of an attempt: 1 to 99, and never less than before. */
export type ProgressListener = (attempt: AttemptName, percent: number) => void;

/** The progress of running commands. */
export interface ProgressWatch {
  /** Unit: percent; undefined where the agent has reported nothing. */
  readonly percentOf: (attempt: AttemptName) => number | undefined;
  readonly subscribe: (listener: ProgressListener) => () => void;
  readonly stop: () => void;
}

/** Subscribes to the reports of agents. */
export function watchProgress({ bus }: { readonly bus: Bus }): ProgressWatch {
  const percents = createLruCache<number>(ATTEMPTS_MAX);
  const listeners = new Set<ProgressListener>();

  function hear(attempt: AttemptName, percent: number): void {
    const key = keyOf(attempt);
    // An agent that restarts begins at zero; the progress that was shown does not go back.
    if (percent <= (percents.get(key) ?? 0)) return;
    percents.set(key, percent);
    for (const listener of listeners) listener(attempt, percent);
  }

  const leave = [
    bus.subscribe(progressSubject(ANY_NODE), (message, subject) => {
      const said = CommandProgress.safeParse(message);
      if (!said.success) return;
      const { operation_id: operationId, step: stepKey, percent } = said.data;
      // The bus authenticates the subject, not the sender that the message names.
      hear({ node: nodeOfSubject(subject), operationId, stepKey }, percent);
    }),
    bus.subscribe(completionSubject(ANY_NODE), (message, subject) => {
      // Most commands end before their first report.
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
