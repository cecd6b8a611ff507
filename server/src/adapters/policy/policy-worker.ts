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

const loaded = new Map<string, { readonly packageName: string; readonly policy: LoadedRego }>();

function compile(ruleText: string): Compiled {
  const parsed = parseRego(ruleText, { file: FILE, regoVersion: 'auto' });
  if (!parsed.ok) return { kind: 'mistakes', mistakes: parsed.error };
  const packageName = parsed.value.package.join('.');
  const path = parsed.value.package.join('/');
  const policy = compileRego({
    modules: { [FILE]: ruleText },
    entrypoints: ANSWER_RULES.map((rule) => `${path}/${rule}`),
    regoVersion: 'auto',
  });
  if (!policy.ok) return { kind: 'mistakes', mistakes: policy.error };
  return { kind: 'ok', packageName, policy: policy.value };
}

function load(ruleText: string) {
  const known = loaded.get(ruleText);
  if (known !== undefined) return known;
  const compiled = compile(ruleText);
  if (compiled.kind !== 'ok') throw new Error(compiled.mistakes[0]?.message ?? 'not valid');
  const entry = {
    packageName: compiled.packageName,
    policy: loadPolicy(compiled.policy.wasm),
  };
  const oldest = loaded.keys().next();
  if (loaded.size >= LOADED_MAX && oldest.done !== true) loaded.delete(oldest.value);
  loaded.set(ruleText, entry);
  return entry;
}

function describe(ruleText: string): WorkerOutcome {
  const compiled = compile(ruleText);
  if (compiled.kind !== 'ok') return compiled;
  const { packageName, policy } = compiled;
  const rules = policy.rules[packageName] ?? [];
  return {
    kind: 'compiled',
    rule: {
      regoVersion: policy.regoVersion,
      packageName,
      answers: ANSWER_RULES.filter((rule) => rules.includes(rule)),
      inputReferences: policy.inputReferences,
      volatileBuiltins: policy.volatileBuiltins,
    },
  };
}

function evaluate(ruleText: string, input: unknown): WorkerOutcome {
  const { packageName, policy } = load(ruleText);
  const path = packageName.replaceAll('.', '/');
  const resultOf = (rule: string): unknown => policy.evaluate(input, `${path}/${rule}`)[0];
  const [allow, deny, warn, violation] = ANSWER_RULES.map(resultOf);
  return { kind: 'answered', answer: { allow, deny, warn, violation } };
}

function carryOut(task: WorkerTask): WorkerOutcome {
  try {
    if (task.kind === 'compile') return describe(task.ruleText);
    return evaluate(task.ruleText, JSON.parse(task.inputJson));
  } catch (cause) {
    return { kind: 'failed', message: cause instanceof Error ? cause.message : String(cause) };
  }
}

const port = parentPort;
assert(port !== null, 'the policy worker is started as a worker thread');
port.postMessage({ id: READY_ID, outcomes: [] } satisfies WorkerReply);
port.on('message', ({ id, tasks }: WorkerRequest) => {
  port.postMessage({ id, outcomes: tasks.map(carryOut) } satisfies WorkerReply);
});
