/** The loop of a policy worker: takes requests, carries out their tasks, reports its progress. */
import { setPriority } from 'node:os';
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '@novacron/contract/result';
import {
  type DoneTask,
  NO_TASK,
  READY_ID,
  type WorkerOutcome,
  type WorkerReply,
  type WorkerRequest,
  type WorkerStart,
  type WorkerTask,
} from './worker-protocol.ts';

/** Carries out one task; what it throws is an outcome, too. */
export type CarryOut = (task: WorkerTask, request: WorkerRequest) => WorkerOutcome;

/** Serves the thread that started this one, until that one terminates it. */
export function serveRequests(carryOut: CarryOut): void {
  const port = parentPort;
  assert(port !== null, 'a policy worker is started as a worker thread');
  // What `createWorkerLane` passes.
  const { progress, niceness }: WorkerStart = workerData;
  const taskAtWork = new Int32Array(progress);
  lowerPriority(niceness);
  port.on('message', (request: WorkerRequest) => {
    const done: DoneTask[] = [];
    const beganMs = performance.now();
    let nowMs = beganMs;
    for (const [at, task] of request.tasks.entries()) {
      Atomics.store(taskAtWork, 0, at);
      const outcome = outcomeOf(() => carryOut(task, request));
      const endedMs = performance.now();
      done.push({ outcome, tookMs: endedMs - nowMs });
      nowMs = endedMs;
      if (nowMs - beganMs >= request.sliceMs) break;
    }
    Atomics.store(taskAtWork, 0, NO_TASK);
    port.postMessage({ id: request.id, done } satisfies WorkerReply);
  });
  port.postMessage({ id: READY_ID, done: [] } satisfies WorkerReply);
}

function outcomeOf(carryOut: () => WorkerOutcome): WorkerOutcome {
  try {
    return carryOut();
  } catch (cause) {
    return { kind: 'failed', message: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** Only Linux has a niceness by thread; elsewhere this would slow the whole server down. */
function lowerPriority(niceness: number): void {
  if (niceness === 0 || process.platform !== 'linux') return;
  try {
    setPriority(niceness);
  } catch {
    // A sandbox may forbid it: the work is then done at the usual priority.
  }
}
