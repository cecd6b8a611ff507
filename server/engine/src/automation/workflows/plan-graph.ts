/** Plans the graph of a definition: its steps, what decides how long a run takes, and the rest. */
import type { AutomationDefinition } from '@novacron/contract/automation/definition';
import { assert } from '@novacron/contract/result';
import { kindsOf } from './checks/list-actions.ts';
import { labelOf } from './graph/label-of.ts';
import { expectedMs } from './order/expected-ms.ts';
import { findSlack } from './order/find-slack.ts';
import type { LearnedDuration } from './order/learn-durations.ts';
import { orderSteps } from './order/order-steps.ts';
import { type TimedStep, timeSteps } from './order/time-steps.ts';

/** A step as a node. Units: milliseconds. */
export interface GraphNode {
  readonly id: string;
  readonly kind: string;
  /** Action in a single line. */
  readonly detail: string;
  /** From 0: steps of one level do not wait for each other. */
  readonly level: number;
  readonly durationMs: number;
  /** Duration learned from earlier runs; undefined if there are none. */
  readonly learned: LearnedDuration | undefined;
  readonly earliestMs: number;
  /** Slack before it lengthens the run. */
  readonly slackMs: number;
}

/** The graph of a definition. Units: milliseconds. */
export interface RunGraph {
  /** Level by level; within one as they are written. */
  readonly nodes: readonly GraphNode[];
  /** From a step to one that needs it. */
  readonly edges: readonly { readonly from: string; readonly to: string }[];
  readonly criticalPath: readonly string[];
  readonly makespanMs: number;
  readonly serialMs: number;
  readonly parallelMax: number;
}

/**
 * Plans the graph.
 * @param definition - without errors, as `readDefinition` returns it
 * @param learned - durations of its steps, by id
 */
export function planGraph(
  definition: AutomationDefinition,
  learned: ReadonlyMap<string, LearnedDuration>,
): RunGraph {
  const order = orderSteps(definition.steps);
  assert(order !== undefined, 'the steps of a checked definition have an order');
  const steps = order.steps.map(
    (step): TimedStep => ({
      id: step.id,
      needs: step.needs,
      durationMs: expectedMs(step, learned.get(step.id)?.medianMs),
    }),
  );
  const timed = timeSteps(steps);
  const slack = findSlack(steps, timed);
  const nodes = order.steps.map((step): GraphNode => {
    const { id } = step;
    const time = timed.times.get(id);
    assert(time !== undefined, 'every step has a time');
    const [kind = ''] = kindsOf(step);
    return {
      id,
      kind,
      detail: labelOf(step).detail,
      level: order.levels.get(id) ?? 0,
      durationMs: time.durationMs,
      learned: learned.get(id),
      earliestMs: time.earliestMs,
      slackMs: slack.get(id) ?? 0,
    };
  });
  const edges = order.steps.flatMap(({ id, needs }) =>
    [...new Set(needs)].map((from) => ({ from, to: id })),
  );
  const { criticalPath, makespanMs, serialMs, parallelMax } = timed;
  return { nodes, edges, criticalPath, makespanMs, serialMs, parallelMax };
}
