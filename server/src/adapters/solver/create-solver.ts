/** Solves linear models by HiGHS in a worker thread, each within its time. */
import { Worker } from 'node:worker_threads';
import type { LinearModel, SolverAnswer } from '@novacron/engine/batch/model/batch';
import type { Logger } from '@novacron/runtime/logger';
import type { Solver } from '../../ports/solver.ts';
import type { SolverReply, SolverRequest } from './solver-protocol.ts';

/** HiGHS looks at its clock now and then only, and the first model waits for it to be loaded. */
const GRACE_MS = 1_500;

/** Each may take its full time; a request behind these is placed without the solver. */
const JOBS_WAITING_MAX = 4;

interface Job {
  readonly model: LinearModel;
  readonly durationMsMax: number;
  readonly resolve: (answer: SolverAnswer) => void;
}

/**
 * Makes the solver; its thread starts with the first model.
 * @param options - the grace beyond its time can be shortened for tests
 */
export function createSolver(
  logger: Logger,
  { graceMs = GRACE_MS }: { readonly graceMs?: number } = {},
): Solver {
  const queue: Job[] = [];
  let worker: Worker | undefined;
  let current:
    | { readonly id: number; readonly job: Job; readonly timer: NodeJS.Timeout }
    | undefined;
  let lastId = 0;
  let isClosed = false;

  function start(): Worker {
    const fresh = new Worker(workerUrl());
    fresh.unref();
    fresh.on('message', ({ id, answer }: SolverReply) => {
      if (worker === fresh && id === current?.id) settle(answer);
    });
    fresh.on('error', (cause) => {
      logger.error({ cause }, 'the solver died');
      abandon(fresh, `its thread died: ${cause.message}`);
    });
    fresh.on('exit', () => abandon(fresh, 'its thread has ended'));
    return fresh;
  }

  /** Answers the job at work and goes on to the next. */
  function settle(answer: SolverAnswer): void {
    if (current === undefined) return;
    const { job, timer } = current;
    current = undefined;
    clearTimeout(timer);
    job.resolve(answer);
    work();
  }

  /** Throws the thread away with the model that it was at. */
  function abandon(dead: Worker, why: string): void {
    if (worker !== dead) return;
    worker = undefined;
    void dead.terminate();
    settle({ kind: 'failed', why });
  }

  function work(): void {
    if (current !== undefined) return;
    const job = queue.shift();
    if (job === undefined) return;
    worker ??= start();
    const asked = worker;
    const { model, durationMsMax } = job;
    lastId += 1;
    const why = `it ran for more than ${durationMsMax} ms`;
    const timer = setTimeout(() => abandon(asked, why), durationMsMax + graceMs);
    current = { id: lastId, job, timer };
    asked.postMessage({ id: lastId, model, durationMsMax } satisfies SolverRequest);
  }

  return {
    solve: (model, durationMsMax) => {
      if (isClosed) return Promise.resolve({ kind: 'failed', why: 'the server stops' });
      if (queue.length >= JOBS_WAITING_MAX) {
        return Promise.resolve({ kind: 'failed', why: 'it is busy with other batches' });
      }
      return new Promise((resolve) => {
        queue.push({ model, durationMsMax, resolve });
        work();
      });
    },
    close: async () => {
      isClosed = true;
      const last = worker;
      worker = undefined;
      const waiting = queue.splice(0);
      settle({ kind: 'failed', why: 'the server stops' });
      for (const { resolve } of waiting) resolve({ kind: 'failed', why: 'the server stops' });
      await last?.terminate();
    },
  };
}

/** Threads run built code: the source's folder has its twin under `dist`. */
function workerUrl(): URL {
  const here = import.meta.url;
  const isSource = here.endsWith('.ts');
  const base = isSource ? here.replace('/server/src/', '/server/dist/') : here;
  return new URL('./solver-worker.js', base);
}
