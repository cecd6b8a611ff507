/** Puts the steps of a definition into an order; or finds the cycle that has none. */

/** A step, as far as its order goes. */
export interface OrderedStep {
  readonly id: string;
  readonly needs: readonly string[];
}

/** Steps in an order in which each comes after those that it needs. */
export interface StepOrder<Step extends OrderedStep> {
  readonly steps: readonly Step[];
  /** From 0; a step is one level below the lowest that it needs. */
  readonly levels: ReadonlyMap<string, number>;
}

/**
 * Orders steps (Kahn's algorithm): level by level, within one as they are written.
 * @param steps - ids occur once, and every id in `needs` is one of them
 * @returns undefined where the steps form a cycle, which {@link findCycle} names
 */
export function orderSteps<Step extends OrderedStep>(
  steps: readonly Step[],
): StepOrder<Step> | undefined {
  const dependents = new Map<string, Step[]>();
  const open = new Map<string, number>();
  for (const step of steps) {
    open.set(step.id, new Set(step.needs).size);
    for (const need of new Set(step.needs)) {
      const waiting = dependents.get(need) ?? [];
      waiting.push(step);
      dependents.set(need, waiting);
    }
  }
  const ordered: Step[] = [];
  const levels = new Map<string, number>();
  let turn = steps.filter(({ id }) => open.get(id) === 0);
  for (let level = 0; turn.length > 0; level += 1) {
    const ready = new Set<Step>();
    for (const step of turn) {
      ordered.push(step);
      levels.set(step.id, level);
      for (const dependent of dependents.get(step.id) ?? []) {
        const left = (open.get(dependent.id) ?? 0) - 1;
        open.set(dependent.id, left);
        if (left === 0) ready.add(dependent);
      }
    }
    turn = steps.filter((step) => ready.has(step));
  }
  return ordered.length === steps.length ? { steps: ordered, levels } : undefined;
}

/** The ids of steps that wait for each other, in order; the first one is not repeated. */
export function findCycle(steps: readonly OrderedStep[]): readonly string[] {
  const needs = new Map(steps.map((step) => [step.id, step.needs]));
  const done = new Set<string>();
  for (const { id } of steps) {
    const way: string[] = [];
    let at: string | undefined = id;
    // Steps that are done lead to no cycle, so the first one that is left is a way into one.
    while (at !== undefined && !done.has(at)) {
      const begin = way.indexOf(at);
      if (begin >= 0) return way.slice(begin);
      way.push(at);
      at = needs.get(at)?.find((need) => needs.has(need) && !done.has(need));
      if (at === undefined) {
        const last = way.pop();
        if (last !== undefined) done.add(last);
        at = way.pop();
      }
    }
  }
  return [];
}

/** For each step the ids of all steps that end before it begins. */
export function ancestorsOf(
  steps: readonly OrderedStep[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const order = orderSteps(steps)?.steps ?? [];
  const found = new Map<string, Set<string>>();
  for (const { id, needs } of order) {
    const all = new Set(needs);
    for (const need of needs) for (const each of found.get(need) ?? []) all.add(each);
    found.set(id, all);
  }
  return found;
}
