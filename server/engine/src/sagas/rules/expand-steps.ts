/** Steps that are repeated for the items of a list: each item is a step of its own. */
import type { LogEntry } from '../log/log-entry.ts';
import type { StepDefinition } from '../model/workflow.ts';

/** A step as it is planned: one of the definition, or one of an item. */
export interface PlannedStep<Action> extends StepDefinition<Action> {
  /** Item of a repeated step. */
  readonly item?: {
    /** Name of the step that is repeated. */
    readonly of: string;
    /** Position in the list, from 0. */
    readonly index: number;
    /** Items of the list that are under way at the same time. */
    readonly parallelMax: number;
  };
}

/** Number of items of each repeated step, if the log records it. */
export type ItemCounts = ReadonlyMap<string, number>;

/** Names the step of an item. Ids of steps have no brackets, so no other step has this name. */
export function itemStepName(step: string, index: number): string {
  return `${step}[${index}]`;
}

/** Whether a step is another one, or that of one of its items. */
export function isStepOrItem(name: string, step: string): boolean {
  return name === step || name.startsWith(`${step}[`);
}

/**
 * Returns the steps with those of their items. What comes after a repeated step comes after all of
 * its items, too. Source of the idea: the Map state of Amazon States Language.
 */
export function expandSteps<Action>(
  steps: readonly StepDefinition<Action>[],
  counts: ItemCounts,
): readonly PlannedStep<Action>[] {
  if (counts.size === 0) return steps;
  const names = new Map([...counts].map(([name, count]) => [name, namesOf(name, count)] as const));
  return steps.flatMap((step): PlannedStep<Action>[] => {
    const after = step.after.flatMap((name) => [name, ...(names.get(name) ?? [])]);
    return [{ ...step, after }, ...itemsOf(step, names.get(step.name) ?? [])];
  });
}

function namesOf(step: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => itemStepName(step, index));
}

function itemsOf<Action>(
  { forEach, ...step }: StepDefinition<Action>,
  names: readonly string[],
): readonly PlannedStep<Action>[] {
  if (forEach === undefined) return [];
  const { action, undo, parallelMax } = forEach;
  return names.map((name, index) => ({
    ...step,
    name,
    after: [step.name],
    action,
    undo,
    item: { of: step.name, index, parallelMax },
  }));
}

/**
 * Follows the lengths of the lists. A step that begins again finds out its list again.
 * @returns whether the entry has changed them
 */
export function countItems(counts: Map<string, number>, entry: LogEntry): boolean {
  if (entry.kind === 'started' && entry.direction === 'do') return counts.delete(entry.step);
  if (entry.kind !== 'succeeded' || entry.items === undefined) return false;
  counts.set(entry.step, entry.items);
  return true;
}
