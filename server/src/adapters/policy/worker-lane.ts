/**
 * A lane: a few worker threads and a queue for each tenant in front of them. A tenant occupies one
 * thread of a lane at a time, unless the lane says otherwise. A task that exceeds its time costs
 * the lane its thread; the tasks that were handed over with it run again.
 */
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { createFairQueue } from '@novacron/runtime/fair-queue';
import type { Logger } from '@novacron/runtime/logger';
import { LRUCache } from 'lru-cache';
import type { RecordJudge } from '../../ports/policy-runtime.ts';
import { crowded, workerDied } from './policy-problems.ts';
import {
  type DraftPrograms,
  NO_TASK,
  type ProgramImage,
  READY_ID,
  type WorkerOutcome,
  type WorkerReply,
  type WorkerRequest,
  type WorkerStart,
  type WorkerTask,
} from './worker-protocol.ts';

/** A thread loads its code before it works; that is no policy's fault. */
const START_MS_MAX = 10_000;

/** A longer queue would mean too long a wait: refuse at once and let the caller retry. */
const JOBS_PER_TENANT_MAX = 10_000;

/** Tasks that are handed over together, unless the lane says otherwise. */
const TASKS_TOGETHER_MAX = 100;

/** Programs that a thread keeps: more than the enabled policies of a large installation. */
const PROGRAMS_MAX = 2_048;

/** A thread that had nothing to do for this long is ended where the lane is seldom used. */
const IDLE_MS_MAX = 60_000;

/** A compiled policy with the number by which threads know it. */
export interface NumberedProgram {
  readonly number: number;
  readonly image: ProgramImage;
}

/** Job of a lane. */
export interface LaneJob {
  readonly tenantId: string;
  readonly task:
    | Extract<WorkerTask, { readonly kind: 'compile' }>
    | { readonly kind: 'evaluate'; readonly program: NumberedProgram; readonly inputJson: string }
    | ({
        readonly kind: 'judge';
        readonly recordJson: string;
        readonly judge: RecordJudge;
      } & DraftPrograms<NumberedProgram | undefined>);
  /**
   * Asked just before it runs: whether it runs, another lane has taken it over, or a problem is its
   * answer.
   */
  readonly admit: () => 'runs' | 'moved' | Problem;
  /** Called with the time that it took, also when it exceeded it or its thread died. Unit: ms. */
  readonly spent: (ms: number) => void;
  /** Called when it exceeded the lane's time, instead of `resolve`. */
  readonly overran: () => void;
  /** Called when its thread died of it, as for lack of memory, instead of `resolve`. */
  readonly died: (reason: string) => void;
  readonly resolve: (outcome: Result<WorkerOutcome, Problem>) => void;
}

/** The rules of a lane. */
export interface LaneRules {
  /** The built file of its threads, from the folder of this one: `policy-worker.js`. */
  readonly program: string;
  readonly workersMax: number;
  /** One where absent. */
  readonly threadsPerTenantMax?: number;
  readonly taskMsMax: number;
  /** Tasks of one tenant that run before the next one's turn; 0 for one task a turn. Unit: ms. */
  readonly sliceMs: number;
  /** 100 where absent. */
  readonly tasksTogetherMax?: number;
  readonly heapMibMax: number;
  readonly niceness: number;
  /** Whether its threads end when they have had nothing to do for a while. */
  readonly idle: 'ends' | 'stays';
}

/** A lane. */
export interface WorkerLane {
  readonly push: (job: LaneJob) => void;
  /** Answers everything that waits, and ends the threads. */
  readonly close: () => Promise<void>;
}

/** The jobs that a thread is at. */
interface Batch {
  readonly id: number;
  readonly tenantId: string;
  readonly jobs: readonly LaneJob[];
  /** Time of the handover, by a monotonic clock. Unit: ms. */
  readonly sinceMs: number;
}

interface Thread {
  readonly worker: Worker;
  readonly taskAtWork: Int32Array;
  /** The numbers of the programs that it has. */
  readonly programs: LRUCache<number, true>;
  readonly dropped: number[];
  state: 'starts' | 'ready' | 'ended';
  batch: Batch | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** Makes a lane; its threads start with the first jobs. */
export function createWorkerLane(logger: Logger, rules: LaneRules): WorkerLane {
  const queue = createFairQueue<LaneJob>();
  const threads = new Set<Thread>();
  let lastId = READY_ID;
  let isClosed = false;
  let isPumpDue = false;

  /** Questions of the same moment share a message. */
  function pumpSoon(): void {
    if (isPumpDue) return;
    isPumpDue = true;
    queueMicrotask(() => {
      isPumpDue = false;
      pump();
    });
  }

  function pump(): void {
    const { threadsPerTenantMax = 1 } = rules;
    while (!isClosed) {
      const isFree = (tenantId: string): boolean => threadsOf(tenantId) < threadsPerTenantMax;
      const thread = [...threads].find(({ state, batch }) => state === 'ready' && !batch);
      if (thread === undefined) {
        const isStarting = [...threads].some(({ state }) => state === 'starts');
        const isNeeded = !isStarting && threads.size < rules.workersMax;
        if (isNeeded && queue.next(isFree) !== undefined) start();
        return;
      }
      const tenantId = queue.next(isFree);
      if (tenantId === undefined) return;
      const jobs = takeJobs(tenantId);
      if (jobs.length > 0) {
        handOver(thread, { tenantId, jobs });
      } else queue.charge(tenantId, 0);
    }
  }

  function threadsOf(tenantId: string): number {
    return [...threads].filter(({ batch }) => batch?.tenantId === tenantId).length;
  }

  /** The next jobs of a tenant that may run. */
  function takeJobs(tenantId: string): readonly LaneJob[] {
    const { sliceMs, tasksTogetherMax = TASKS_TOGETHER_MAX } = rules;
    const taken = queue.take(tenantId, sliceMs === 0 ? 1 : tasksTogetherMax);
    return taken.filter((job) => {
      const admitted = job.admit();
      if (typeof admitted !== 'string') job.resolve(err(admitted));
      return admitted === 'runs';
    });
  }

  function handOver(thread: Thread, { tenantId, jobs }: Omit<Batch, 'id' | 'sinceMs'>): void {
    lastId += 1;
    clearTimeout(thread.timer);
    thread.batch = { id: lastId, tenantId, jobs, sinceMs: performance.now() };
    thread.worker.postMessage(toRequest(thread, thread.batch));
    watch(thread);
  }

  function toRequest({ programs, dropped }: Thread, { id, jobs }: Batch): WorkerRequest {
    const inputs = createNumbering<string>();
    const records: string[] = [];
    const judges = createNumbering<RecordJudge>();
    const fresh: (readonly [number, ProgramImage])[] = [];
    const numberOf = ({ number, image }: NumberedProgram): number => {
      if (programs.get(number) === undefined) fresh.push([number, image]);
      programs.set(number, true);
      return number;
    };
    const tasks = jobs.map(({ task }): WorkerTask => {
      if (task.kind === 'compile') return task;
      if (task.kind === 'evaluate') {
        const { program, inputJson } = task;
        return { kind: 'evaluate', program: numberOf(program), input: inputs.of(inputJson) };
      }
      return {
        kind: 'judge',
        // Not numbered like inputs: hardly two of them are equal.
        record: records.push(task.recordJson) - 1,
        judge: judges.of(task.judge),
        before: task.before && numberOf(task.before),
        after: task.after && numberOf(task.after),
      };
    });
    const gone = dropped.splice(0);
    return {
      id,
      programs: fresh,
      dropped: gone,
      inputs: inputs.all(),
      records,
      judges: judges.all(),
      tasks,
      sliceMs: rules.sliceMs,
    };
  }

  function watch(thread: Thread): void {
    thread.timer = setTimeout(() => judgeOverrun(thread), rules.taskMsMax + rules.sliceMs);
  }

  function judgeOverrun(thread: Thread): void {
    const { batch } = thread;
    const at = Atomics.load(thread.taskAtWork, 0);
    const overrun = batch?.jobs[at];
    // It is done, or it has not begun, because this thread or the machine was held up.
    if (batch === undefined || overrun === undefined) {
      watch(thread);
      return;
    }
    end(thread);
    overrun.spent(rules.taskMsMax);
    runAgain(batch, overrun);
    queue.charge(batch.tenantId, rules.taskMsMax);
    overrun.overran();
    pumpSoon();
  }

  /** The answers of the other tasks are lost with the thread. */
  function runAgain(
    { tenantId, jobs }: Pick<Batch, 'tenantId' | 'jobs'>,
    except: LaneJob | undefined,
  ): void {
    for (const job of jobs.toReversed()) if (job !== except) queue.push(tenantId, job, 'front');
  }

  function receive(thread: Thread, { id, done }: WorkerReply): void {
    if (thread.state === 'ended') return;
    clearTimeout(thread.timer);
    if (id === READY_ID) thread.state = 'ready';
    const { batch } = thread;
    if (batch !== undefined && id === batch.id) {
      thread.batch = undefined;
      const rest = batch.jobs.slice(done.length);
      runAgain({ ...batch, jobs: rest }, undefined);
      queue.charge(
        batch.tenantId,
        done.reduce((sum, { tookMs }) => sum + tookMs, 0),
      );
      for (const [at, { outcome, tookMs }] of done.entries()) {
        batch.jobs[at]?.spent(tookMs);
        batch.jobs[at]?.resolve(ok(outcome));
      }
    }
    pump();
    if (thread.batch === undefined && rules.idle === 'ends') endWhenIdle(thread);
  }

  function endWhenIdle(thread: Thread): void {
    clearTimeout(thread.timer);
    thread.timer = setTimeout(() => end(thread), IDLE_MS_MAX);
    thread.timer.unref();
  }

  function start(): void {
    const progress = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const taskAtWork = new Int32Array(progress);
    Atomics.store(taskAtWork, 0, NO_TASK);
    const worker = new Worker(workerUrl(rules.program), {
      workerData: { progress, niceness: rules.niceness } satisfies WorkerStart,
      resourceLimits: { maxOldGenerationSizeMb: rules.heapMibMax },
    });
    worker.unref();
    const dropped: number[] = [];
    const thread: Thread = {
      worker,
      taskAtWork,
      dropped,
      programs: new LRUCache({ max: PROGRAMS_MAX, dispose: (_, number) => dropped.push(number) }),
      state: 'starts',
      batch: undefined,
      timer: undefined,
    };
    threads.add(thread);
    thread.timer = setTimeout(() => fail(thread, 'it does not start'), START_MS_MAX);
    worker.on('message', (reply: WorkerReply) => receive(thread, reply));
    worker.on('error', (cause) => {
      logger.error({ cause }, 'the policy worker died');
      fail(thread, cause.message);
    });
    worker.on('exit', () => fail(thread, 'its thread has ended'));
  }

  /** A thread that died by itself: the task at work is answered, the others run again. */
  function fail(thread: Thread, reason: string): void {
    const { state, batch } = thread;
    if (state === 'ended') return;
    end(thread);
    const died = err(workerDied(reason));
    if (batch !== undefined) {
      const culprit = batch.jobs[Atomics.load(thread.taskAtWork, 0)] ?? batch.jobs[0];
      runAgain(batch, culprit);
      // Otherwise a tenant whose policies end their threads would have turns for nothing.
      const tookMs = Math.max(1, performance.now() - batch.sinceMs);
      queue.charge(batch.tenantId, tookMs);
      culprit?.spent(tookMs);
      culprit?.died(reason);
    } else if (state === 'starts') {
      const tenantId = queue.next(() => true) ?? '';
      for (const job of queue.take(tenantId, TASKS_TOGETHER_MAX)) job.resolve(died);
      queue.charge(tenantId, 0);
    }
    pumpSoon();
  }

  function end(thread: Thread): void {
    clearTimeout(thread.timer);
    thread.state = 'ended';
    thread.batch = undefined;
    threads.delete(thread);
    void thread.worker.terminate();
  }

  return {
    push: (job) => {
      if (isClosed) return job.resolve(err(workerDied('the server stops')));
      if (queue.lengthOf(job.tenantId) >= JOBS_PER_TENANT_MAX) {
        return job.resolve(err(crowded(JOBS_PER_TENANT_MAX)));
      }
      queue.push(job.tenantId, job, 'back');
      pumpSoon();
    },
    close: async () => {
      isClosed = true;
      const atWork = [...threads];
      const jobs = [...atWork.flatMap(({ batch }) => batch?.jobs ?? []), ...queue.drain()];
      for (const thread of atWork) end(thread);
      for (const job of jobs) job.resolve(err(workerDied('the server stops')));
      await Promise.all(atWork.map(({ worker }) => worker.terminate()));
    },
  };
}

/** Numbers values in the order of their first use. */
function createNumbering<Value>() {
  const numbers = new Map<Value, number>();
  return {
    of: (value: Value): number => {
      const number = numbers.get(value) ?? numbers.size;
      numbers.set(value, number);
      return number;
    },
    all: (): readonly Value[] => [...numbers.keys()],
  };
}

/** Threads run built code: the source's folder has its twin under `dist`. */
function workerUrl(program: string): URL {
  const here = import.meta.url;
  const isSource = here.endsWith('.ts');
  const base = isSource ? here.replace('/server/src/', '/server/dist/') : here;
  return new URL(`./${program}`, base);
}
