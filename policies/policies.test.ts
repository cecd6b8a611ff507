/** Every policy here is compiled and asked the requests in the `cases.json` beside it. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@novacron/contract/json';
import { PolicyType } from '@novacron/contract/policy';
import { ok } from '@novacron/contract/result';
import { planAdmission } from '@novacron/engine/policy/plan-admission';
import { planPolicyQuestions } from '@novacron/engine/policy/plan-policy-questions';
import { type CompiledPolicy, compileRego } from '@novacron/rego/compile-rego';
import { loadPolicy } from '@novacron/rego/evaluate-rego';

/** A request, and what shall come of it when the policy is enforced in block mode. */
interface Case {
  readonly role: string;
  /** The kind of the resource comes from the operation's name. */
  readonly operation: string;
  readonly resource?: JsonObject;
  readonly before?: JsonObject;
  readonly decision: 'allowed' | 'refused';
  /** A reason that the refusal must give, word for word. */
  readonly reason?: string;
}

interface CaseFile {
  readonly type: string;
  readonly cases: readonly Case[];
}

const home = new URL('./', import.meta.url);

const names = readdirSync(home, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

const ANSWERS = ['allow', 'deny', 'warn', 'violation'];

test('there are policies', () => {
  expect(names).not.toEqual([]);
});

describe.each(names)('%s', (name) => {
  const read = (file: string) => readFileSync(new URL(`${name}/${file}`, home), 'utf8');
  const { type, cases }: CaseFile = JSON.parse(read('cases.json'));
  const compiled = compile(read('policy.rego'));

  test('is compiled, has cases of both kinds and says whom it protects', () => {
    const decisions = new Set(cases.map(({ decision }) => decision));
    expect([...decisions].sort()).toEqual(['allowed', 'refused']);
    expect(read('README.md')).toMatch(/protect/);
  });

  test.each(cases)('$operation by "$role" is $decision', (given) => {
    const decision = decide({ name, type: PolicyType.parse(type), compiled }, given);
    expect(decision.allowed ? 'allowed' : 'refused').toBe(given.decision);
    if (given.reason !== undefined) expect(decision.reasons).toContain(given.reason);
  });
});

function compile(text: string): CompiledPolicy {
  const path = /^package\s+(\S+)/m.exec(text)?.[1]?.replaceAll('.', '/') ?? '';
  const compiled = compileRego({
    modules: { 'policy.rego': text },
    entrypoints: ANSWERS.map((rule) => `${path}/${rule}`),
  });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return compiled.value;
}

/** The server's own way: the frozen question, the four rules, the engine's decision. */
function decide(
  rule: { readonly name: string; readonly type: PolicyType; readonly compiled: CompiledPolicy },
  given: Case,
) {
  const { compiled } = rule;
  const [kind = ''] = given.operation.split('.');
  const { question } = planPolicyQuestions({
    operation: given.operation,
    principal: 'person',
    subject: { userId: 'ann', role: given.role, tenant: 'tnt_1' },
    resource: { type: kind, id: null, name: 'web-01', fields: given.resource ?? {} },
    before: given.before ?? null,
    context: {},
    unknownFields: [],
    policies: [],
  });
  const loaded = loadPolicy(compiled.wasm);
  const [allow, deny, warn, violation] = compiled.entrypoints.map(
    (entrypoint) => loaded.evaluate(question, entrypoint)[0],
  );
  const policy = {
    name: rule.name,
    tenantId: 'tnt_1',
    type: rule.type,
    version: 1,
    mode: 'block',
    enabled: true,
    packageName: compiled.packages[0] ?? '',
    answers: ANSWERS,
    inputReferences: [],
  } as const;
  const answered = [{ policy, answer: ok({ allow, deny, warn, violation }) }];
  return planAdmission({ question, answered, deferred: [] });
}
