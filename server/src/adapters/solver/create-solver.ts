/** Solves linear models by HiGHS in a worker thread, each within its time. */
import type { SolverAnswer } from '@novacron/engine/placement/batch/model/batch';
import type { Logger } from '@novacron/runtime/logger';
import type { Solver } from '../../ports/solver.ts';
import { createTaskThread, programUrl } from '../threads/create-task-thread.ts';
import type { SolverTask } from './solver-task.ts';

/** HiGHS looks at its clock now and then only, and the first model waits for it to be loaded. */
const GRACE_MS = 1_500;

/** Each may take its full time; a request behind these is placed without the solver. */
const JOBS_WAITING_MAX = 4;

/**
 * Makes the solver; its thread starts with the first model.
 * @param options - the grace beyond its time can be shortened for tests
 */
export function createSolver(
  logger: Logger,
  { graceMs = GRACE_MS }: { readonly graceMs?: number } = {},
): Solver {
  const thread = createTaskThread<SolverTask, SolverAnswer>(logger, {
    name: 'the solver',
    program: programUrl(import.meta.url, './solver-worker.js'),
    waitingMax: JOBS_WAITING_MAX,
    busy: 'it is busy with other batches',
  });
  return {
    solve: async (model, durationMsMax) => {
      const done = await thread.run({
        task: { model, durationMsMax },
        durationMsMax: durationMsMax + graceMs,
        overran: `it ran for more than ${durationMsMax} ms`,
      });
      return done.kind === 'done' ? done.answer : done;
    },
    close: thread.close,
  };
}
