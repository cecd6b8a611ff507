/** What the solver's thread is asked and answers. Plain data: it crosses a thread boundary. */
import type { LinearModel, SolverAnswer } from '@novacron/engine/batch/model/batch';

/** What the thread is asked. */
export interface SolverRequest {
  readonly id: number;
  readonly model: LinearModel;
  readonly durationMsMax: number;
}

/** What it answers, to the request of the same id. */
export interface SolverReply {
  readonly id: number;
  readonly answer: SolverAnswer;
}
