/** Request to the solver's thread. Plain data: it crosses a thread boundary. */
import type { LinearModel } from '@novacron/engine/placement/batch/model/batch';

/** A model to solve. */
export interface SolverTask {
  readonly model: LinearModel;
  readonly durationMsMax: number;
}
