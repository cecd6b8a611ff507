/** Carries out tasks in a worker thread, one after another and each within its time. */
import { Worker } from 'node:worker_threads';
import type { Logger } from '@novacron/runtime/logger';
import type { ThreadReply, ThreadRequest } from './thread-protocol.ts';

/** Outcome of a task. */
export type TaskOutcome<Answer> =
  | { readonly kind: 'done'; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly why: string };

/** A task, and what it may take. */
export interface TaskTerms<Task> {
  readonly task: Task;
  /** After this the thread is thrown away with the task. */
  readonly durationMsMax: number;
  /** Failure message of a task that exceeded its time limit. */
  readonly overran: string;
}

/** A thread that is started with its first task, and again after one that it did not survive. */
export interface TaskThread<Task, Answer> {
  /** Never throws: what fails is an outcome. */
  readonly run: (terms: TaskTerms<Task>) => Promise<TaskOutcome<Answer>>;
  readonly close: () => Promise<void>;
}

/** Options of a task thread. */
export interface ThreadOptions {
  /** For the log, as in "the solver died". */
  readonly name: string;
  /** The file that it runs, which calls `serveTasks`. */
  readonly program: URL;
  /** More tasks than these are refused. */
  readonly waitingMax: number;
  /** Failure message of a refused task. */
  readonly busy: string;
  /** A thread that needs more dies with its task; absent: as much as the server. Unit: MiB. */
  readonly memoryMibMax?: number;
}

interface Job<Task, Answer> extends TaskTerms<Task> {
  readonly resolve: (outcome: TaskOutcome<Answer>) => void;
}

const STOPS = { kind: 'failed', why: 'the server stops' } as const;

/** Makes it. */
export function createTaskThread<Task, Answer>(
  logger: Logger,
  { name, program, waitingMax, busy, memoryMibMax }: ThreadOptions,
): TaskThread<Task, Answer> {
  const queue: Job<Task, Answer>[] = [];
  let worker: Worker | undefined;
  let current:
    | { readonly id: number; readonly job: Job<Task, Answer>; readonly timer: NodeJS.Timeout }
    | undefined;
  let lastId = 0;
  let isClosed = false;

  function start(): Worker {
    const limits = { resourceLimits: { maxOldGenerationSizeMb: memoryMibMax } };
    const fresh = new Worker(program, memoryMibMax === undefined ? {} : limits);
    fresh.unref();
    fresh.on('message', ({ id, outcome }: ThreadReply<Answer>) => {
      if (worker === fresh && id === current?.id) settle(outcome);
    });
    fresh.on('error', (cause) => {
      logger.error({ cause }, `${name} died`);
      abandon(fresh, `its thread died: ${cause.message}`);
    });
    fresh.on('exit', () => abandon(fresh, 'its thread has ended'));
    return fresh;
  }

  /** Answers the job at work and goes on to the next. */
  function settle(outcome: TaskOutcome<Answer>): void {
    if (current === undefined) return;
    const { job, timer } = current;
    current = undefined;
    clearTimeout(timer);
    job.resolve(outcome);
    work();
  }

  /** Throws the thread away with the task that it was at. */
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
    lastId += 1;
    const timer = setTimeout(() => abandon(asked, job.overran), job.durationMsMax);
    current = { id: lastId, job, timer };
    asked.postMessage({ id: lastId, task: job.task } satisfies ThreadRequest<Task>);
  }

  return {
    run: (terms) => {
      if (isClosed) return Promise.resolve(STOPS);
      if (queue.length >= waitingMax) return Promise.resolve({ kind: 'failed', why: busy });
      return new Promise((resolve) => {
        queue.push({ ...terms, resolve });
        work();
      });
    },
    close: async () => {
      isClosed = true;
      const last = worker;
      worker = undefined;
      const waiting = queue.splice(0);
      settle(STOPS);
      for (const { resolve } of waiting) resolve(STOPS);
      await last?.terminate();
    },
  };
}

/**
 * The program of a thread. Threads run built code: the source's folder has its twin under `dist`.
 * @param here - `import.meta.url` of the file that asks
 * @param program - relative to it
 */
export function programUrl(here: string, program: string): URL {
  const isSource = here.endsWith('.ts');
  const base = isSource ? here.replace('/server/src/', '/server/dist/') : here;
  return new URL(program, base);
}
