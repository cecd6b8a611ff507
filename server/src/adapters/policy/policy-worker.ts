/**
 * The worker thread in which user text is compiled and evaluated. It holds nothing that it could
 * not make again: when a policy takes too long the whole thread is thrown away.
 */
import { parentPort } from 'node:worker_threads';
import { assert } from '@novacron/contract/result';
import { type CompiledPolicy, compileRego } from '@novacron/rego/compile-rego';
import { type LoadedRego, loadPolicy } from '@novacron/rego/evaluate-rego';
import { parseRego } from '@novacron/rego/parse-rego';
import {
  ANSWER_RULES,
  type AnswerRule,
  READY_ID,
  type WorkerOutcome,
  type WorkerReply,
  type WorkerRequest,
  type WorkerTask,
} from './worker-protocol.ts';

/** Compiled policies kept: more than the enabled ones of a usual installation. */
const LOADED_MAX = 256;

const FILE = 'policy.rego';

type Compiled =
  | { readonly kind: 'ok'; readonly packageName: string; readonly policy: CompiledPolicy }
  | Extract<WorkerOutcome, { kind: 'mistakes' }>;

interface Loaded {
  readonly policy: LoadedRego;
  /** The rules that answer, and what they are called in the module. */
  readonly entrypoints: readonly (readonly [AnswerRule, string])[];
}

const loaded = new Map<string, Loaded>();

function compile(ruleText: string, types: 'checked' | 'unchecked'): Compiled {
  const parsed = parseRego(ruleText, { file: FILE, regoVersion: 'auto' });
  if (!parsed.ok) return { kind: 'mistakes', mistakes: parsed.error };
  const packageName = parsed.value.package.join('.');
  const path = parsed.value.package.join('/');
  const policy = compileRego({
    modules: { [FILE]: ruleText },
    entrypoints: ANSWER_RULES.map((rule) => `${path}/${rule}`),
    regoVersion: 'auto',
    types,
  });
  if (!policy.ok) return { kind: 'mistakes', mistakes: policy.error };
  return { kind: 'ok', packageName, policy: policy.value };
}

function load(ruleText: string): Loaded {
  const known = loaded.get(ruleText);
  if (known !== undefined) return known;
  // A release that knows fewer mistakes may have accepted it: it goes on as it was.
  const compiled = compile(ruleText, 'unchecked');
  if (compiled.kind !== 'ok') throw new Error(compiled.mistakes[0]?.message ?? 'not valid');
  const { packageName, policy } = compiled;
  const path = packageName.replaceAll('.', '/');
  const entry = {
    policy: loadPolicy(policy.wasm),
    // What a package does not define has no value; asking for it costs as much as the others.
    entrypoints: answersOf(compiled).map((rule) => [rule, `${path}/${rule}`] as const),
  };
  const oldest = loaded.keys().next();
  if (loaded.size >= LOADED_MAX && oldest.done !== true) loaded.delete(oldest.value);
  loaded.set(ruleText, entry);
  return entry;
}

function describe(ruleText: string): WorkerOutcome {
  const compiled = compile(ruleText, 'checked');
  if (compiled.kind !== 'ok') return compiled;
  const { packageName, policy } = compiled;
  return {
    kind: 'compiled',
    rule: {
      regoVersion: policy.regoVersion,
      packageName,
      answers: answersOf(compiled),
      inputReferences: policy.inputReferences,
      volatileBuiltins: policy.volatileBuiltins,
    },
  };
}

function answersOf({ packageName, policy }: Extract<Compiled, { kind: 'ok' }>) {
  const rules = policy.rules[packageName] ?? [];
  return ANSWER_RULES.filter((rule) => rules.includes(rule));
}

function evaluate(ruleText: string, input: ArrayBuffer): WorkerOutcome {
  const { policy, entrypoints } = load(ruleText);
  const answer = { allow: undefined, deny: undefined, warn: undefined, violation: undefined };
  const results = entrypoints.map(([rule, name]) => [rule, policy.evaluate(input, name)[0]]);
  return { kind: 'answered', answer: { ...answer, ...Object.fromEntries(results) } };
}

function carryOut(task: WorkerTask, texts: Texts): WorkerOutcome {
  try {
    if (task.kind === 'compile') return describe(texts.textAt(task.rule));
    return evaluate(texts.textAt(task.rule), texts.bytesAt(task.input));
  } catch (cause) {
    return { kind: 'failed', message: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** The texts of one request. */
interface Texts {
  readonly textAt: (at: number) => string;
  /** In UTF-8, as modules take their input; encoded once. */
  readonly bytesAt: (at: number) => ArrayBuffer;
}

function shareTexts(texts: readonly string[]): Texts {
  const bytes = new Map<number, ArrayBuffer>();
  const textAt = (at: number): string => texts[at] ?? '';
  return {
    textAt,
    bytesAt: (at) => {
      const known = bytes.get(at) ?? Uint8Array.from(Buffer.from(textAt(at))).buffer;
      bytes.set(at, known);
      return known;
    },
  };
}

const port = parentPort;
assert(port !== null, 'the policy worker is started as a worker thread');
port.postMessage({ id: READY_ID, outcomes: [] } satisfies WorkerReply);
port.on('message', ({ id, texts, tasks }: WorkerRequest) => {
  const shared = shareTexts(texts);
  const outcomes = tasks.map((task) => carryOut(task, shared));
  port.postMessage({ id, outcomes } satisfies WorkerReply);
});
