/** Solves linear models as a port: what is proven costs time, and none of the server's own. */
import type { LinearModel, SolverAnswer } from '@novacron/engine/placement/batch/model/batch';

/** Finds values of least cost. It never throws: what fails is an answer. */
export interface Solver {
  /**
   * @param durationMsMax - the best values of that time are answered, or `failed` where there are
   *   none
   */
  readonly solve: (model: LinearModel, durationMsMax: number) => Promise<SolverAnswer>;
  readonly close: () => Promise<void>;
}
