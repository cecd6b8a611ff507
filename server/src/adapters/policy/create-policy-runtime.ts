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

/** A policy that needs more than this is not a policy. */
const WORKER_HEAP_MIB_MAX = 256;

interface Pending {
  readonly resolve: (reply: Result<WorkerReply, Problem>) => void;
  readonly timer: NodeJS.Timeout;
}

type Body = WorkerRequest extends infer Each
  ? Each extends WorkerRequest
    ? Omit<Each, 'id'>
    : never
  : never;

/** Deadlines can be shortened for tests. */
export interface PolicyRuntimeOptions {
  readonly evaluateMsMax?: number;
  readonly compileMsMax?: number;
}

/** Makes the runtime; its thread starts with the first request. */
export function createPolicyRuntime(
  logger: Logger,
  options: PolicyRuntimeOptions = {},
): PolicyRuntime {
  const { evaluateMsMax = EVALUATE_MS_MAX, compileMsMax = COMPILE_MS_MAX } = options;
  const pending = new Map<number, Pending>();
  let worker: Worker | undefined;
  let lastId = 0;

  function start(): Worker {
    const fresh = new Worker(workerUrl(), {
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MIB_MAX },
    });
    fresh.unref();
    fresh.on('message', (reply: WorkerReply) => settle(reply.id, ok(reply)));
    fresh.on('error', (cause) => {
      logger.error({ cause }, 'the policy worker died');
      abandon(fresh, workerDied(cause.message));
    });
    return fresh;
  }

  function settle(id: number, reply: Result<WorkerReply, Problem>): void {
    const waiting = pending.get(id);
    if (waiting === undefined) return;
    pending.delete(id);
    clearTimeout(waiting.timer);
    waiting.resolve(reply);
  }

  /** Throws the thread away; whoever else waited for it is asked to try again. */
  function abandon(dead: Worker, reason: Problem): void {
    if (worker === dead) worker = undefined;
    void dead.terminate();
    for (const id of [...pending.keys()]) settle(id, err(reason));
  }

  function ask(body: Body, deadlineMs: number): Promise<Result<WorkerReply, Problem>> {
    worker ??= start();
    const asked = worker;
    lastId += 1;
    const id = lastId;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        settle(id, err(tooSlow(body.kind, deadlineMs)));
        abandon(asked, workerDied('another policy took too long'));
      }, deadlineMs);
      pending.set(id, { resolve, timer });
      asked.postMessage({ id, ...body } satisfies WorkerRequest);
    });
  }

  return {
    compile: async (ruleText) => toCompiled(await ask({ kind: 'compile', ruleText }, compileMsMax)),
    evaluate: async (ruleText, input) =>
      toAnswer(await ask({ kind: 'evaluate', ruleText, input }, evaluateMsMax)),
    close: async () => {
      const last = worker;
      worker = undefined;
      for (const id of [...pending.keys()]) settle(id, err(workerDied('the server stops')));
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
