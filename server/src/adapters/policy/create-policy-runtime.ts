/**
 * Compiles and evaluates Rego in worker threads. There are five lanes, so that nothing waits for
 * what is slower than itself: compiling, evaluation in short time slices, evaluation of policies
 * that exceeded such a slice, single evaluations without any other load, and many evaluations that
 * no write waits for. In each of them tenants take turns. Source: F. Corbató et al., An
 * Experimental Time-Sharing System, AFIPS 1962 (a queue for each length of jobs).
 */
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import type { JudgedInput } from '@novacron/contract/policy-input/judged-input';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { RuleAnswer } from '@novacron/engine/policy/model/policy';
import type { Logger } from '@novacron/runtime/logger';
import { LRUCache } from 'lru-cache';
import type {
  Askable,
  EvaluationTerms,
  InspectedRule,
  JudgedRecord,
  PolicyDocuments,
  PolicyRuntime,
} from '../../ports/policy-runtime.ts';
import { endedItsThread, ruleInvalid, tooLarge, tooSlow, unexpected } from './policy-problems.ts';
import { createBreakers, createSlowness, FAST_MS_MAX } from './slow-policies.ts';
import { createWorkerLane, type LaneJob, type NumberedProgram } from './worker-lane.ts';
import type { TypeChecks, WorkerOutcome } from './worker-protocol.ts';

/** Longer than any sensible policy takes; a write waits for it. */
const EVALUATE_MS_MAX = 2_000;

/** Time slice of a tenant's evaluations before another tenant's turn. */
const SLICE_MS = 10;

/** Compiling is rarer and slower: the first one also loads the compiler. */
const COMPILE_MS_MAX = 10_000;

/** A compilation may take all of its time: another tenant's begins beside it. */
const COMPILE_WORKERS_MAX = 2;

/** A policy that needs more than this is not a policy. */
const WORKER_HEAP_MIB_MAX = 256;

/** While one thread is replaced, or at the work of one tenant, the other one answers. */
const FAST_WORKERS_MAX = 2;

/** A tenant has all of its policies repaired in turn, and each may take the whole time. */
const QUIET_WORKERS_MAX = 2;

/** The same where only previews wait: handing over costs more than most evaluations. */
const BACKGROUND_SLICE_MS = 50;
const BACKGROUND_TASKS_MAX = 500;

/** A root of its own, beside that of the server: it knows what previews compare. */
const PREVIEW_PROGRAM = '../../preview-thread.js';

/** Added to the niceness of threads that give way when cores are scarce. */
const SLOW_NICENESS = 10;
const COMPILE_NICENESS = 5;

/** Compiled policies that are kept, by their size. Unit: bytes. */
const PROGRAMS_BYTES_MAX = 128 * 1024 * 1024;

/** Limits can be tightened for tests. */
export interface PolicyRuntimeOptions {
  readonly evaluateMsMax?: number;
  readonly compileMsMax?: number;
  readonly heapMibMax?: number;
}

/** Makes the runtime; its threads start with the first requests. */
export function createPolicyRuntime(
  logger: Logger,
  options: PolicyRuntimeOptions = {},
): PolicyRuntime {
  const { evaluateMsMax = EVALUATE_MS_MAX, compileMsMax = COMPILE_MS_MAX } = options;
  const { heapMibMax = WORKER_HEAP_MIB_MAX } = options;
  /** All policies are asked the same question. */
  const texts = new WeakMap<PolicyInput, string>();
  const programs = createProgramCache();
  const slowness = createSlowness();
  /** Apart: a draft that is too slow suspends no policy that decides. */
  const breakers = createBreakers();

  const evaluating = { program: 'policy-worker.js', heapMibMax, niceness: 0 } as const;
  const compiling = createWorkerLane(logger, {
    program: 'compile-worker.js',
    workersMax: COMPILE_WORKERS_MAX,
    taskMsMax: compileMsMax,
    sliceMs: 0,
    heapMibMax,
    niceness: COMPILE_NICENESS,
    idle: 'ends',
  });
  const fast = createWorkerLane(logger, {
    ...evaluating,
    workersMax: FAST_WORKERS_MAX,
    taskMsMax: Math.min(FAST_MS_MAX, evaluateMsMax),
    sliceMs: SLICE_MS,
    idle: 'stays',
  });
  const slow = createWorkerLane(logger, {
    ...evaluating,
    niceness: SLOW_NICENESS,
    workersMax: 1,
    taskMsMax: evaluateMsMax,
    sliceMs: 0,
    idle: 'ends',
  });
  const quiet = createWorkerLane(logger, {
    ...evaluating,
    workersMax: QUIET_WORKERS_MAX,
    threadsPerTenantMax: QUIET_WORKERS_MAX,
    taskMsMax: evaluateMsMax,
    sliceMs: 0,
    idle: 'ends',
  });
  const background = createWorkerLane(logger, {
    ...evaluating,
    program: PREVIEW_PROGRAM,
    niceness: SLOW_NICENESS,
    workersMax: 1,
    taskMsMax: evaluateMsMax,
    sliceMs: BACKGROUND_SLICE_MS,
    tasksTogetherMax: BACKGROUND_TASKS_MAX,
    idle: 'ends',
  });
  const lanes = [compiling, fast, slow, quiet, background];

  function textOf(input: PolicyInput): string {
    const text = texts.get(input) ?? JSON.stringify(input);
    texts.set(input, text);
    return text;
  }

  function compile(
    rule: string,
    checks: { readonly types: TypeChecks; readonly judged: JudgedInput },
    tenantId: string,
  ): Promise<Result<WorkerOutcome, Problem>> {
    return new Promise((resolve) => {
      const task = { kind: 'compile', rule, ...checks } as const;
      compiling.push({
        tenantId,
        task,
        admit: () => 'runs',
        spent: () => {},
        overran: () => resolve(err(tooSlow('compiled', compileMsMax))),
        died: (reason) => resolve(err(tooLarge(reason))),
        resolve,
      });
    });
  }

  /** A rule that is stored was accepted: it goes on as it was. */
  async function compileProgram(
    rule: string,
    tenantId: string,
  ): Promise<Result<NumberedProgram, Problem>> {
    const compiled = await compile(rule, { types: 'unchecked', judged: {} }, tenantId);
    if (!compiled.ok) return compiled;
    if (compiled.value.kind === 'compiled') return ok(programs.add(rule, compiled.value.image));
    const { value: outcome } = compiled;
    const message = outcome.kind === 'mistakes' ? outcome.mistakes[0]?.message : undefined;
    return err(unexpected(message === undefined ? outcome : { kind: 'failed', message }));
  }

  /** Finds a program without a wait; undefined where its text has to be compiled first. */
  function knownProgram(
    rule: string,
    { documents }: Pick<EvaluationTerms, 'documents'>,
  ): NumberedProgram | undefined {
    const known = programs.find(rule);
    return known && programs.withDocuments(known, rule, documents);
  }

  async function makeProgram(
    rule: string,
    { tenantId, documents }: Pick<EvaluationTerms, 'tenantId' | 'documents'>,
  ): Promise<Result<NumberedProgram, Problem>> {
    const made = await programs.once(rule, () => compileProgram(rule, tenantId));
    return made.ok ? ok(programs.withDocuments(made.value, rule, documents)) : made;
  }

  /** @returns undefined where there is no such policy */
  async function programOfPolicy(policy: Askable | undefined, tenantId: string) {
    if (policy === undefined) return undefined;
    const { ruleText: rule, documents } = policy;
    const known = knownProgram(rule, { documents });
    return known === undefined ? makeProgram(rule, { tenantId, documents }) : ok(known);
  }

  function judgeRecord(
    task: Extract<LaneJob['task'], { readonly kind: 'judge' }>,
    { tenantId, budget }: Pick<EvaluationTerms, 'tenantId' | 'budget'>,
  ): Promise<Result<JudgedRecord, Problem>> {
    return new Promise((resolve) => {
      const job: LaneJob = {
        tenantId,
        task,
        admit: () => budget?.refuse() ?? 'runs',
        spent: (ms) => budget?.charge(ms),
        overran: () => resolve(err(tooSlow('evaluated', evaluateMsMax))),
        died: (reason) => resolve(err(endedItsThread(reason))),
        resolve: (outcome) => resolve(toJudged(outcome)),
      };
      background.push(breakers.guard(job));
    });
  }

  function evaluate(
    program: NumberedProgram,
    input: PolicyInput,
    { tenantId, budget, lane }: EvaluationTerms,
  ): Promise<Result<RuleAnswer, Problem>> {
    return new Promise((resolve) => {
      const job: LaneJob = {
        tenantId,
        task: { kind: 'evaluate', program, inputJson: textOf(input) },
        admit: () => budget?.refuse() ?? 'runs',
        spent: (ms) => budget?.charge(ms),
        overran: () => resolve(err(tooSlow('evaluated', evaluateMsMax))),
        died: (reason) => resolve(err(endedItsThread(reason))),
        resolve: (outcome) => resolve(toAnswer(outcome)),
      };
      const next = lane === 'repair' ? aloneLater(job) : (): void => slow.push(slowness.join(job));
      if (lane === 'quiet') quiet.push(job);
      else if (lane === 'background') background.push(breakers.guard(job));
      else if (slowness.isSlow(job)) next();
      else fast.push(fastJob(job, next));
    });
  }

  /** Has a job run alone, outside of every budget, and whatever became of equal ones. */
  function aloneLater(job: LaneJob): () => void {
    return () => quiet.push({ ...job, admit: () => 'runs', spent: () => {} });
  }

  /** A job that goes on to another lane when it, or an equal one, has exceeded its slice. */
  function fastJob(job: LaneJob, next: () => void): LaneJob {
    const move = (): 'moved' => {
      next();
      return 'moved';
    };
    return {
      ...job,
      admit: () => (slowness.isSlow(job) ? move() : job.admit()),
      overran: () => {
        slowness.overran(job);
        move();
      },
      died: (reason) => {
        slowness.overran(job);
        job.died(reason);
      },
    };
  }

  return {
    compile: async (rule, { tenantId, isAccepted = false, judged = {} }) => {
      const types = isAccepted ? 'accepted' : 'checked';
      const outcome = await compile(rule, { types, judged }, tenantId);
      if (outcome.ok && outcome.value.kind === 'compiled') {
        programs.add(rule, outcome.value.image);
      }
      return toCompiled(outcome);
    },
    evaluate: async (rule, input, terms) => {
      const refusal = terms.budget?.refuse();
      if (refusal !== undefined) return err(refusal);
      const known = knownProgram(rule, terms);
      if (known !== undefined) return evaluate(known, input, terms);
      const made = await makeProgram(rule, terms);
      return made.ok ? evaluate(made.value, input, terms) : made;
    },
    judgeRecords: async (records, judge, terms) => {
      const { before, after } = judge.draft;
      const found = await Promise.all([
        programOfPolicy(before, terms.tenantId),
        programOfPolicy(after, terms.tenantId),
      ]);
      const missing = found.find((each) => each?.ok === false);
      if (missing?.ok === false) return records.map(() => missing);
      const [first, second] = found.map((each) => (each?.ok ? each.value : undefined));
      // The thread needs no text and no documents: it has the programs.
      const draft = { before: withoutText(before), after: withoutText(after) };
      const of = {
        kind: 'judge',
        judge: { ...judge, draft },
        before: first,
        after: second,
      } as const;
      return Promise.all(records.map((recordJson) => judgeRecord({ ...of, recordJson }, terms)));
    },
    close: async () => {
      await Promise.all(lanes.map(({ close }) => close()));
    },
  };
}

/** Compiled policies by text; equal texts that are compiled at the same time are compiled once. */
function createProgramCache() {
  const programs = new LRUCache<string, NumberedProgram>({
    maxSize: PROGRAMS_BYTES_MAX,
    sizeCalculation: ({ image }, text) =>
      image.wasm.byteLength + text.length + (image.documents?.length ?? 0),
  });
  const made = new Map<string, Promise<Result<NumberedProgram, Problem>>>();
  let lastNumber = 0;
  return {
    find: (rule: string): NumberedProgram | undefined => programs.get(rule),
    add: (rule: string, image: NumberedProgram['image']): NumberedProgram => {
      const known = programs.get(rule);
      if (known !== undefined) return known;
      lastNumber += 1;
      const program = { number: lastNumber, image };
      programs.set(rule, program);
      return program;
    },
    /** The program of a text that is evaluated with documents: another one for other documents. */
    withDocuments: (
      program: NumberedProgram,
      rule: string,
      documents: PolicyDocuments | undefined,
    ): NumberedProgram => {
      if (documents === undefined) return program;
      const key = `${documents.key} ${rule}`;
      const known = programs.get(key);
      if (known !== undefined) return known;
      lastNumber += 1;
      const image = { ...program.image, documents: documents.json };
      const made = { number: lastNumber, image };
      programs.set(key, made);
      return made;
    },
    once: async (rule: string, make: () => Promise<Result<NumberedProgram, Problem>>) => {
      const under = made.get(rule) ?? make();
      made.set(rule, under);
      try {
        return await under;
      } finally {
        made.delete(rule);
      }
    },
  };
}

function withoutText(policy: Askable | undefined): Askable | undefined {
  return policy && { ...policy, ruleText: '', documents: withoutJson(policy.documents) };
}

function withoutJson(documents: PolicyDocuments | undefined): PolicyDocuments | undefined {
  return documents && { ...documents, json: '' };
}

function toCompiled(reply: Result<WorkerOutcome, Problem>): Result<InspectedRule, Problem> {
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

function toJudged(reply: Result<WorkerOutcome, Problem>): Result<JudgedRecord, Problem> {
  if (!reply.ok) return reply;
  return reply.value.kind === 'judged' ? ok(reply.value.record) : err(unexpected(reply.value));
}
