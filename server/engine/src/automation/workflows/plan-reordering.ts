/**
 * Plans which steps of a definition need not wait for each other. The order of two steps is kept
 * unless it is known that it makes no difference: both say what they read and write, and neither
 * writes what the other one uses. What was ordered by a step between two others stays ordered.
 */
import type {
  AutomationDefinition,
  AutomationStep,
} from '@novacron/contract/automation/definition';
import { assert } from '@novacron/contract/result';
import { areDisjoint, effectsOf, type StepEffects } from './effects/effects-of.ts';
import { listUsedSteps } from './effects/list-used-steps.ts';
import { expectedMs } from './order/expected-ms.ts';
import type { LearnedDuration } from './order/learn-durations.ts';
import { orderSteps } from './order/order-steps.ts';
import { type StepTimes, timeSteps } from './order/time-steps.ts';

/** Reason a step waits for another step. */
export type OrderReason = 'outputs' | 'effects' | 'unknown';

/** A need of the definition that may be dropped, with what both steps read and write. */
export interface DroppedNeed {
  readonly from: string;
  readonly to: string;
  readonly fromEffects: StepEffects;
  readonly toEffects: StepEffects;
}

/** A need of the definition that stays. */
export interface KeptNeed {
  readonly from: string;
  readonly to: string;
  readonly reason: OrderReason;
}

/** Other needs for the steps of a definition, and what they are good for. */
export interface Reordering {
  readonly before: StepTimes;
  /** The same as before where nothing is gained. */
  readonly after: StepTimes;
  readonly dropped: readonly DroppedNeed[];
  readonly kept: readonly KeptNeed[];
  /** The steps whose needs change. */
  readonly steps: readonly {
    readonly id: string;
    readonly needsBefore: readonly string[];
    readonly needs: readonly string[];
  }[];
}

/** A step, and what decides which others it has to wait for. */
interface Considered {
  readonly step: AutomationStep;
  readonly effects: StepEffects | undefined;
  readonly uses: ReadonlySet<string> | 'all';
}

/**
 * Plans a reordering, and simulates a run before and after it.
 * @param definition - without errors, as `readDefinition` returns it
 * @param learned - durations of its steps, by id
 * @returns no changes where a run would not end earlier
 */
export function planReordering(
  { steps }: AutomationDefinition,
  learned: ReadonlyMap<string, LearnedDuration>,
): Reordering {
  const order = orderSteps(steps);
  assert(order !== undefined, 'the steps of a checked definition have an order');
  const all = order.steps.map(
    (step): Considered => ({ step, effects: effectsOf(step), uses: listUsedSteps(step) }),
  );
  const byId = new Map(all.map((each) => [each.step.id, each] as const));
  const needsAfter = minimalNeeds(all, byId);
  const simulate = (needsOf: (step: AutomationStep) => readonly string[]) => {
    const timed = order.steps.map((step) => ({
      id: step.id,
      needs: needsOf(step),
      durationMs: expectedMs(step, learned.get(step.id)?.medianMs),
    }));
    const again = orderSteps(timed);
    assert(again !== undefined, 'a part of an order is an order');
    return timeSteps(again.steps);
  };
  const before = simulate(({ needs }) => needs);
  const after = simulate(({ id }) => needsAfter.needs.get(id) ?? []);
  if (after.makespanMs >= before.makespanMs) {
    return { before, after: before, dropped: [], kept: [], steps: [] };
  }
  const pairs = all.flatMap(({ step }) =>
    [...new Set(step.needs)].map((from) => ({ from, to: step.id })),
  );
  return {
    before,
    after,
    dropped: pairs.flatMap(({ from, to }) => {
      if (needsAfter.ancestors.get(to)?.has(from) === true) return [];
      const fromEffects = byId.get(from)?.effects;
      const toEffects = byId.get(to)?.effects;
      assert(
        fromEffects !== undefined && toEffects !== undefined,
        'the order of unknown effects is kept',
      );
      return [{ from, to, fromEffects, toEffects }];
    }),
    kept: pairs.flatMap(({ from, to }) => {
      const reason = reasonFor(byId.get(from), byId.get(to));
      return reason === undefined ? [] : [{ from, to, reason }];
    }),
    steps: order.steps.flatMap(({ id, needs: needsBefore }) => {
      const needs = needsAfter.needs.get(id) ?? [];
      return isSame(needs, needsBefore) ? [] : [{ id, needsBefore, needs }];
    }),
  };
}

/** Returns the reason a step has to wait for an earlier step; undefined if it need not wait. */
function reasonFor(
  from: Considered | undefined,
  to: Considered | undefined,
): OrderReason | undefined {
  if (from === undefined || to === undefined || to.step.finally === 'yes') return 'unknown';
  if (to.uses === 'all' || to.uses.has(from.step.id)) return 'outputs';
  if (from.effects === undefined || to.effects === undefined) return 'unknown';
  return areDisjoint(from.effects, to.effects) ? undefined : 'effects';
}

interface Needs {
  readonly needs: ReadonlyMap<string, readonly string[]>;
  /** All steps that end before one begins. */
  readonly ancestors: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The fewest needs that keep the order of all steps whose order makes a difference. */
function minimalNeeds(all: readonly Considered[], byId: ReadonlyMap<string, Considered>): Needs {
  const places = new Map(all.map(({ step }, place) => [step.id, place] as const));
  const old = new Map<string, ReadonlySet<string>>();
  const needs = new Map<string, readonly string[]>();
  const ancestors = new Map<string, ReadonlySet<string>>();
  for (const each of all) {
    const { id } = each.step;
    const earlier = new Set(each.step.needs.flatMap((need) => [need, ...(old.get(need) ?? [])]));
    old.set(id, earlier);
    // From the last one on: what comes before one that is waited for is waited for already.
    const ordered = [...earlier].toSorted((a, b) => (places.get(b) ?? 0) - (places.get(a) ?? 0));
    const waited = new Set<string>();
    const own: string[] = [];
    for (const other of ordered) {
      if (waited.has(other) || reasonFor(byId.get(other), each) === undefined) continue;
      own.unshift(other);
      waited.add(other);
      for (const above of ancestors.get(other) ?? []) waited.add(above);
    }
    needs.set(id, own);
    ancestors.set(id, waited);
  }
  return { needs, ancestors };
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  const known = new Set(right);
  return left.length === known.size && left.every((each) => known.has(each));
}
