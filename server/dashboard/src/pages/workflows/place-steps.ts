/** Positions the steps of a graph: a row for each level. */

/** A step, and the steps that end before it begins. */
export interface DrawnStep {
  readonly id: string;
  readonly needs: readonly string[];
}

/** A step at its place. Rows and columns count from 0. */
export type PlacedStep<Step extends DrawnStep> = Step & {
  readonly row: number;
  readonly column: number;
};

/**
 * Places steps: each one row below the lowest that it needs, in a row as they come.
 * @param steps - needs that are none of them count for nothing; neither do circles
 */
export function placeSteps<Step extends DrawnStep>(
  steps: readonly Step[],
): readonly PlacedStep<Step>[] {
  const rows = rowsOf(steps);
  const filled: number[] = [];
  return steps.map((step) => {
    const row = rows.get(step.id) ?? 0;
    const column = filled[row] ?? 0;
    filled[row] = column + 1;
    return { ...step, row, column };
  });
}

/** Rows by id: a step has its row once all that it needs have theirs. */
function rowsOf(steps: readonly DrawnStep[]): ReadonlyMap<string, number> {
  const known = new Set(steps.map(({ id }) => id));
  const dependents = new Map<string, string[]>();
  const open = new Map<string, number>();
  for (const { id, needs } of steps) {
    const real = new Set(needs.filter((need) => known.has(need)));
    open.set(id, real.size);
    for (const need of real) dependents.set(need, [...(dependents.get(need) ?? []), id]);
  }
  const rows = new Map<string, number>();
  let ready = steps.filter(({ id }) => open.get(id) === 0).map(({ id }) => id);
  for (let row = 0; ready.length > 0; row += 1) {
    const next: string[] = [];
    for (const id of ready) {
      rows.set(id, row);
      for (const dependent of dependents.get(id) ?? []) {
        const left = (open.get(dependent) ?? 0) - 1;
        open.set(dependent, left);
        if (left === 0) next.push(dependent);
      }
    }
    ready = next;
  }
  return rows;
}
