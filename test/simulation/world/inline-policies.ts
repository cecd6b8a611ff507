/**
 * Policies without a thread: compiled and evaluated by the compiler of a real server, but inline
 * time. Limits in milliseconds have no meaning here, so there are none.
 */
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { RuleAnswer } from '@novacron/engine/policy/model/policy';
import { type CompiledPolicy, compileRego } from '@novacron/rego/compile-rego';
import { type LoadedRego, loadPolicy } from '@novacron/rego/evaluate-rego';
import { parseRego } from '@novacron/rego/parse/parse-rego';
import type { Clock } from '@novacron/runtime/clock';
import { ANSWER_RULES } from '@novacron/server/adapters/policy/worker-protocol';
import {
  type AnswerDraft,
  judgeRecord,
} from '@novacron/server/app/governance/policy-preview/judge-record';
import type { InspectedRule, PolicyRuntime } from '@novacron/server/ports/policy-runtime';

const FILE = 'policy.rego';
const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

interface Compiled {
  readonly packageName: string;
  readonly policy: CompiledPolicy;
}

/** Compiling is pure and slow, so all runs of a process share it. */
const compiledByText = new Map<string, Result<Compiled, string>>();

/** Makes a runtime whose `time.now_ns` is the simulation's. */
export function createInlinePolicies(clock: Clock): PolicyRuntime {
  const loadedByPolicy = new Map<CompiledPolicy, LoadedRego>();
  const nowNs = (): bigint => BigInt(clock.nowMs()) * NANOSECONDS_PER_MILLISECOND;

  function evaluate(rule: string, input: PolicyInput): Result<RuleAnswer, Problem> {
    const compiled = compile(rule);
    if (!compiled.ok) return err(brokenRule('internal', compiled.error));
    const { packageName, policy } = compiled.value;
    const loaded = loadedByPolicy.get(policy) ?? loadPolicy(policy.wasm, { nowNs });
    loadedByPolicy.set(policy, loaded);
    const path = packageName.replaceAll('.', '/');
    const resultOf = (name: string): unknown => loaded.evaluate(input, `${path}/${name}`)[0];
    const [allow, deny, warn, violation] = ANSWER_RULES.map(resultOf);
    return ok({ allow, deny, warn, violation });
  }

  return {
    compile: async (rule) => describe(rule),
    evaluate: async (rule, input) => evaluate(rule, input),
    judgeRecords: async (records, judge) =>
      records.map((record) => {
        const answerDraft: AnswerDraft = (which, question) => {
          const policy = judge.draft[which];
          if (policy === undefined) return err(brokenRule('internal', 'there is no such policy'));
          return evaluate(policy.ruleText, question);
        };
        return ok(judgeRecord(record, judge, answerDraft));
      }),
    close: () => Promise.resolve(),
  };
}

function describe(text: string): Result<InspectedRule, Problem> {
  const compiled = compile(text);
  if (!compiled.ok) return err(brokenRule('rule-invalid', compiled.error));
  const { packageName, policy } = compiled.value;
  const rules = policy.rules[packageName] ?? [];
  const answers = ANSWER_RULES.filter((rule) => rules.includes(rule));
  const { regoVersion, inputReferences, dataReferences, volatileBuiltins } = policy;
  const references = { inputReferences, dataReferences };
  const described = { regoVersion, packageName, answers, ...references, volatileBuiltins };
  return ok({ ...described, inspection: { mismatches: [] } });
}

function compile(rule: string): Result<Compiled, string> {
  const known = compiledByText.get(rule) ?? compileText(rule);
  compiledByText.set(rule, known);
  return known;
}

function compileText(rule: string): Result<Compiled, string> {
  const parsed = parseRego(rule, { file: FILE, regoVersion: 'auto' });
  if (!parsed.ok) return err(parsed.error[0]?.message ?? '');
  const path = parsed.value.package.join('/');
  const policy = compileRego({
    modules: { [FILE]: rule },
    entrypoints: ANSWER_RULES.map((rule) => `${path}/${rule}`),
    regoVersion: 'auto',
  });
  if (!policy.ok) return err(policy.error[0]?.message ?? '');
  return ok({ packageName: parsed.value.package.join('.'), policy: policy.value });
}

function brokenRule(code: 'rule-invalid' | 'internal', message: string): Problem {
  return problem(code, {
    detail: `The policy text is not valid Rego: ${message}`,
    remedy: 'Correct the rule.',
  });
}
