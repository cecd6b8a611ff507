/** The loop of a task thread: takes tasks, carries them out, answers. */
import { parentPort } from 'node:worker_threads';
import { assert } from '@novacron/contract/result';
import type { ThreadReply, ThreadRequest } from './thread-protocol.ts';

/**
 * Serves the thread that started this one, until that one terminates it.
 * @param carryOut - what it throws is an outcome, too
 */
export function serveTasks<Task, Answer>(carryOut: (task: Task) => Answer | Promise<Answer>): void {
  const port = parentPort;
  assert(port !== null, 'a task thread is started as a worker thread');
  port.on('message', async ({ id, task }: ThreadRequest<Task>) => {
    port.postMessage({ id, outcome: await outcomeOf(() => carryOut(task)) });
  });
}

async function outcomeOf<Answer>(
  carryOut: () => Answer | Promise<Answer>,
): Promise<ThreadReply<Answer>['outcome']> {
  try {
    return { kind: 'done', answer: await carryOut() };
  } catch (cause) {
    return { kind: 'failed', why: cause instanceof Error ? cause.message : String(cause) };
  }
}
