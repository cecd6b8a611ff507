/**
 * Work in steps: its caller decides when it goes on, so that long work need not hold up
 * others. The work itself knows nothing of that.
 */

/** Work that pauses between its steps; what it returns is its result. */
export type Steps<Result> = Generator<void, Result, void>;

/** Runs work without a pause. */
export function runSteps<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
