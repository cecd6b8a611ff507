/** Compiles and evaluates Rego in a worker thread, each request within a deadline. */
import { Worker } from 'node:worker_threads';
import { type Problem, problem } from '@novacron/contract/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { RuleAnswer } from '@novacron/engine/policy/model';
import type { Logger } from '../../ports/logger.ts';
import type { CompiledRule, PolicyRuntime } from '../../ports/policy-runtime.ts';
import type { RuleMistake, WorkerReply, WorkerRequest } from './worker-protocol.ts';

/** Longer than any sensible policy takes; a write waits for it. */
const EVALUATE_MS_MAX = 2_000;

/** Compiling is rarer and slower: the first one also loads the compiler. */
const COMPILE_MS_MAX = 10_000;

/** Whoever is further back would wait for too long: better to be told at once and come again. */
const JOBS_WAITING_MAX = 10_000;

/** A policy that needs more than this is not a policy. */
const WORKER_HEAP_MIB_MAX = 256;

interface Job {
  readonly body: Body;
  readonly deadlineMs: number;
  readonly resolve: (reply: Result<WorkerReply, Problem>) => void;
}

type Body = WorkerRequest extends infer Each
  ? Each extends WorkerRequest
    ? Omit<Each, 'id'>
    : never
  : never;

/** Limits can be tightened for tests. */
export interface PolicyRuntimeOptions {
  readonly evaluateMsMax?: number;
  readonly compileMsMax?: number;
  readonly heapMibMax?: number;
}

/** Makes the runtime; its thread starts with the first request. */
export function createPolicyRuntime(
  logger: Logger,
  options: PolicyRuntimeOptions = {},
): PolicyRuntime {
  const { evaluateMsMax = EVALUATE_MS_MAX, compileMsMax = COMPILE_MS_MAX } = options;
  const { heapMibMax = WORKER_HEAP_MIB_MAX } = options;
  const queue: Job[] = [];
  let worker: Worker | undefined;
  let current:
    | { readonly id: number; readonly job: Job; readonly timer: NodeJS.Timeout }
    | undefined;
  let lastId = 0;
  let isClosed = false;

  function start(): Worker {
    const fresh = new Worker(workerUrl(), {
      resourceLimits: { maxOldGenerationSizeMb: heapMibMax },
    });
    fresh.unref();
    fresh.on('message', (reply: WorkerReply) => {
      if (worker === fresh && reply.id === current?.id) settle(ok(reply));
    });
    fresh.on('error', (cause) => {
      logger.error({ cause }, 'the policy worker died');
      abandon(fresh, workerDied(cause.message));
    });
    fresh.on('exit', () => abandon(fresh, workerDied('its thread has ended')));
    return fresh;
  }

  /** Answers the job at work and goes on to the next. */
  function settle(reply: Result<WorkerReply, Problem>): void {
    if (current === undefined) return;
    const { job, timer } = current;
    current = undefined;
    clearTimeout(timer);
    job.resolve(reply);
    work();
  }

  /** Throws the thread away with the job that it was at; whoever waits behind gets a new one. */
  function abandon(dead: Worker, reason: Problem): void {
    if (worker !== dead) return;
    worker = undefined;
    void dead.terminate();
    settle(err(reason));
  }

  /** One job at a time: its deadline counts from when it begins, so that it alone can miss it. */
  function work(): void {
    if (current !== undefined) return;
    const job = queue.shift();
    if (job === undefined) return;
    worker ??= start();
    const asked = worker;
    const { body, deadlineMs } = job;
    lastId += 1;
    const timer = setTimeout(() => abandon(asked, tooSlow(body.kind, deadlineMs)), deadlineMs);
    current = { id: lastId, job, timer };
    asked.postMessage({ id: lastId, ...body } satisfies WorkerRequest);
  }

  function ask(body: Body, deadlineMs: number): Promise<Result<WorkerReply, Problem>> {
    if (isClosed) return Promise.resolve(err(workerDied('the server stops')));
    if (queue.length >= JOBS_WAITING_MAX) return Promise.resolve(err(crowded()));
    return new Promise((resolve) => {
      queue.push({ body, deadlineMs, resolve });
      work();
    });
  }

  return {
    compile: async (ruleText) => toCompiled(await ask({ kind: 'compile', ruleText }, compileMsMax)),
    evaluate: async (ruleText, input) =>
      toAnswer(await ask({ kind: 'evaluate', ruleText, input }, evaluateMsMax)),
    close: async () => {
      isClosed = true;
      const last = worker;
      worker = undefined;
      const waiting = queue.splice(0);
      settle(err(workerDied('the server stops')));
      for (const { resolve } of waiting) resolve(err(workerDied('the server stops')));
      await last?.terminate();
    },
  };
}

/** Threads run built code: the source's folder has its twin under `dist`. */
function workerUrl(): URL {
  const here = import.meta.url;
  const isSource = here.endsWith('.ts');
  const base = isSource ? here.replace('/server/src/', '/server/dist/') : here;
  return new URL('./policy-worker.js', base);
}

function toCompiled(reply: Result<WorkerReply, Problem>): Result<CompiledRule, Problem> {
  if (!reply.ok) return reply;
  switch (reply.value.kind) {
    case 'compiled':
      return ok(reply.value.rule);
    case 'mistakes':
      return err(ruleInvalid(reply.value.mistakes));
    default:
      return err(unexpected(reply.value));
  }
}

function toAnswer(reply: Result<WorkerReply, Problem>): Result<RuleAnswer, Problem> {
  if (!reply.ok) return reply;
  return reply.value.kind === 'answered' ? ok(reply.value.answer) : err(unexpected(reply.value));
}

function ruleInvalid(mistakes: readonly RuleMistake[]): Problem {
  const places = mistakes.map(
    ({ row, column, message }) => `line ${row}, column ${column}: ${message}`,
  );
  return problem('rule-invalid', {
    detail: `The policy text is not valid Rego. ${places.join('\n')}`,
    remedy: 'Correct the rule; `novacron policy create --help` has an example.',
    fields: places.map((message) => ({ path: ['rule'], message })),
    data: { mistakes: mistakes.map(({ row, column, message }) => ({ row, column, message })) },
  });
}

function tooSlow(kind: Body['kind'], deadlineMs: number): Problem {
  const what = kind === 'compile' ? 'compiled' : 'evaluated';
  return problem('deadline-exceeded', {
    detail: `The policy could not be ${what} within ${deadlineMs} ms.`,
    remedy: 'Make the rule simpler: less data, fewer nested loops.',
  });
}

function crowded(): Problem {
  return problem('unavailable', {
    detail: `${JOBS_WAITING_MAX} policy questions wait for an answer, and no more may wait.`,
    remedy: 'Send the request again in a second or later.',
  });
}

function workerDied(reason: string): Problem {
  return problem('unavailable', {
    detail: `Policies cannot be evaluated at this moment: ${reason}.`,
    remedy: 'Send the request again.',
  });
}

function unexpected(reply: WorkerReply): Problem {
  return problem('internal', {
    detail: reply.kind === 'failed' ? reply.message : `unexpected reply ${reply.kind}`,
    remedy: 'Look at the rule: its evaluation fails for this input.',
  });
}
