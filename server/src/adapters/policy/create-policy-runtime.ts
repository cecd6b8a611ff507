/** Compiles and evaluates Rego in a worker thread, each request within a deadline. */
import { Worker } from 'node:worker_threads';
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { RuleAnswer } from '@novacron/engine/policy/model/policy';
import type { Logger } from '@novacron/runtime/logger';
import type { CompiledRule, PolicyRuntime } from '../../ports/policy-runtime.ts';
import {
  READY_ID,
  type RuleMistake,
  type WorkerOutcome,
  type WorkerReply,
  type WorkerRequest,
  type WorkerTask,
} from './worker-protocol.ts';

/** Longer than any sensible policy takes; a write waits for it. */
const EVALUATE_MS_MAX = 2_000;

/** Compiling is rarer and slower: the first one also loads the compiler. */
const COMPILE_MS_MAX = 10_000;

/** A thread loads the compiler before it works; that is no policy's fault. */
const START_MS_MAX = 10_000;

/** A longer queue would mean too long a wait: refuse at once and let the caller retry. */
const JOBS_WAITING_MAX = 10_000;

/** A policy that needs more than this is not a policy. */
const WORKER_HEAP_MIB_MAX = 256;

/** Evaluations that are handed over together; the longest of them holds up the others. */
const TASKS_TOGETHER_MAX = 100;

interface Job {
  readonly kind: WorkerTask['kind'];
  readonly ruleText: string;
  /** As JSON; absent where nothing is evaluated. */
  readonly inputJson?: string;
  readonly deadlineMs: number;
  readonly resolve: (outcome: Result<WorkerOutcome, Problem>) => void;
  /** Whether it goes by itself: it may be the one that others had to wait for. */
  readonly company: 'any' | 'none';
}

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
    | { readonly id: number; readonly jobs: readonly Job[]; timer: NodeJS.Timeout }
    | undefined;
  let isReady = false;
  let lastId = 0;
  let isClosed = false;
  let isWorkDue = false;
  /** All policies are asked the same question. */
  const texts = new WeakMap<PolicyInput, string>();

  function textOf(input: PolicyInput): string {
    const text = texts.get(input) ?? JSON.stringify(input);
    texts.set(input, text);
    return text;
  }

  function start(): Worker {
    const fresh = new Worker(workerUrl(), {
      resourceLimits: { maxOldGenerationSizeMb: heapMibMax },
    });
    fresh.unref();
    isReady = false;
    fresh.on('message', ({ id, outcomes }: WorkerReply) => {
      if (worker === fresh && id === READY_ID) beginWork(fresh);
      if (worker !== fresh || id !== current?.id) return;
      settle(current.jobs, (at) => {
        const outcome = outcomes[at];
        return outcome === undefined ? err(workerDied('it left an answer out')) : ok(outcome);
      });
    });
    fresh.on('error', (cause) => {
      logger.error({ cause }, 'the policy worker died');
      abandon(fresh, workerDied(cause.message));
    });
    fresh.on('exit', () => abandon(fresh, workerDied('its thread has ended')));
    return fresh;
  }

  /** The thread has what it needs: from now on its work is counted. */
  function beginWork(fresh: Worker): void {
    isReady = true;
    const [first] = current?.jobs ?? [];
    if (current === undefined || first === undefined) return;
    clearTimeout(current.timer);
    current.timer = watch(fresh, first, 0);
  }

  function watch(asked: Worker, { kind, deadlineMs }: Job, graceMs: number): NodeJS.Timeout {
    const problem = tooSlow(kind, deadlineMs);
    return setTimeout(() => abandon(asked, problem), deadlineMs + graceMs);
  }

  /** Answers the jobs at work and goes on to the next. */
  function settle(
    jobs: readonly Job[],
    outcomeAt: (at: number) => Result<WorkerOutcome, Problem>,
  ): void {
    clearTimeout(current?.timer);
    current = undefined;
    for (const [at, job] of jobs.entries()) job.resolve(outcomeAt(at));
    work();
  }

  /**
   * Terminates the thread with its current job. Of several jobs it is unknown which one it was,
   * so each is run again alone; the jobs behind them get a new thread.
   */
  function abandon(dead: Worker, reason: Problem): void {
    if (worker !== dead) return;
    worker = undefined;
    void dead.terminate();
    const { jobs = [] } = current ?? {};
    if (jobs.length > 1 && !isClosed) {
      queue.unshift(...jobs.map((job) => ({ ...job, company: 'none' as const })));
      settle([], () => err(reason));
    } else settle(jobs, () => err(reason));
  }

  /** Takes the next job, and those behind it that may go along. */
  function takeJobs(): readonly Job[] {
    const isAlone = ({ kind, company }: Job): boolean => company === 'none' || kind === 'compile';
    const [first] = queue;
    if (first === undefined || isAlone(first)) return queue.splice(0, 1);
    const end = queue.findIndex(isAlone);
    return queue.splice(0, Math.min(end < 0 ? queue.length : end, TASKS_TOGETHER_MAX));
  }

  /** One message at a time: the deadline counts from when its work begins. */
  function work(): void {
    if (current !== undefined) return;
    const jobs = takeJobs();
    const [first] = jobs;
    if (first === undefined) return;
    worker ??= start();
    lastId += 1;
    current = { id: lastId, jobs, timer: watch(worker, first, isReady ? 0 : START_MS_MAX) };
    worker.postMessage(toRequest(lastId, jobs));
  }

  function ask(
    task: Pick<Job, 'kind' | 'ruleText' | 'inputJson'>,
    deadlineMs: number,
  ): Promise<Result<WorkerOutcome, Problem>> {
    if (isClosed) return Promise.resolve(err(workerDied('the server stops')));
    if (queue.length >= JOBS_WAITING_MAX) return Promise.resolve(err(crowded()));
    return new Promise((resolve) => {
      queue.push({ ...task, deadlineMs, resolve, company: 'any' });
      if (isWorkDue) return;
      isWorkDue = true;
      // Questions of the same moment share the message.
      queueMicrotask(() => {
        isWorkDue = false;
        work();
      });
    });
  }

  return {
    compile: async (ruleText) => toCompiled(await ask({ kind: 'compile', ruleText }, compileMsMax)),
    evaluate: async (ruleText, input) =>
      toAnswer(await ask({ kind: 'evaluate', ruleText, inputJson: textOf(input) }, evaluateMsMax)),
    close: async () => {
      isClosed = true;
      const last = worker;
      worker = undefined;
      const waiting = queue.splice(0);
      const stopped = err(workerDied('the server stops'));
      settle([...(current?.jobs ?? []), ...waiting], () => stopped);
      await last?.terminate();
    },
  };
}

function toRequest(id: number, jobs: readonly Job[]): WorkerRequest {
  const places = new Map<string, number>();
  const placeOf = (text: string): number => {
    const known = places.get(text) ?? places.size;
    places.set(text, known);
    return known;
  };
  const tasks = jobs.map(({ kind, ruleText, inputJson = '' }): WorkerTask => {
    const rule = placeOf(ruleText);
    return kind === 'compile' ? { kind, rule } : { kind, rule, input: placeOf(inputJson) };
  });
  return { id, texts: [...places.keys()], tasks };
}

/** Threads run built code: the source's folder has its twin under `dist`. */
function workerUrl(): URL {
  const here = import.meta.url;
  const isSource = here.endsWith('.ts');
  const base = isSource ? here.replace('/server/src/', '/server/dist/') : here;
  return new URL('./policy-worker.js', base);
}

function toCompiled(reply: Result<WorkerOutcome, Problem>): Result<CompiledRule, Problem> {
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

function toAnswer(reply: Result<WorkerOutcome, Problem>): Result<RuleAnswer, Problem> {
  if (!reply.ok) return reply;
  return reply.value.kind === 'answered' ? ok(reply.value.answer) : err(unexpected(reply.value));
}

function ruleInvalid(mistakes: readonly RuleMistake[]): Problem {
  const places = mistakes.map(({ row, column, message }) =>
    row === 0 ? message : `line ${row}, column ${column}: ${message}`,
  );
  const isBundle = mistakes.some(({ row }) => row === 0);
  return problem('rule-invalid', {
    detail: isBundle
      ? `The policy is not a bundle that can be used. ${places.join('\n')}`
      : `The policy text is not valid Rego. ${places.join('\n')}`,
    remedy: isBundle
      ? 'Build it again: opa build -t wasm -e novacron/deny policy.rego.'
      : 'Correct the rule; `novacron policy create --help` has an example.',
    fields: places.map((message) => ({ path: ['rule'], message })),
    data: { mistakes: mistakes.map(({ row, column, message }) => ({ row, column, message })) },
  });
}

function tooSlow(kind: WorkerTask['kind'], deadlineMs: number): Problem {
  const what = kind === 'compile' ? 'compiled' : 'evaluated';
  return problem('deadline-exceeded', {
    detail: `The policy was not ${what} within ${deadlineMs} ms.`,
    remedy: 'Make the rule simpler: less data, fewer nested loops.',
  });
}

function crowded(): Problem {
  return problem('unavailable', {
    detail: `${JOBS_WAITING_MAX} policy evaluations are waiting, which is the limit.`,
    remedy: 'Send the request again in a second or later.',
  });
}

function workerDied(reason: string): Problem {
  return problem('unavailable', {
    detail: `Policies cannot be evaluated now: ${reason}.`,
    remedy: 'Send the request again.',
  });
}

function unexpected(reply: WorkerOutcome): Problem {
  return problem('internal', {
    detail: reply.kind === 'failed' ? reply.message : `unexpected reply ${reply.kind}`,
    remedy: 'Correct the rule: its evaluation fails for this input.',
  });
}
