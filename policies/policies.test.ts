/**
 * Every policy here passes its own tests, which reach every line of it. Where a `cases.json` is
 * beside it, it is also asked these requests the way the server asks.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@novacron/contract/json';
import { PolicyType } from '@novacron/contract/kinds/policy/policy';
import { ok } from '@novacron/contract/result';
import { planAdmission } from '@novacron/engine/policy/plan-admission';
import { planPolicyQuestions } from '@novacron/engine/policy/plan-policy-questions';
import { type CompiledPolicy, compileRego } from '@novacron/rego/compile-rego';
import { loadPolicy } from '@novacron/rego/evaluate-rego';
import { formatRego } from '@novacron/rego/format-rego';
import { readAnnotations } from '@novacron/rego/parse/read-annotations';
import { testRego } from '@novacron/rego/test-rego';

/** A request, and the verdict expected when the policy is enforced in block mode. */
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

function read(name: string, file: string): string {
  return readFileSync(new URL(`${name}/${file}`, home), 'utf8');
}

/** The metadata of the package, which `novacron policy push` reads. */
function headOf(name: string) {
  const annotations = readAnnotations(read(name, 'policy.rego'), { file: `${name}/policy.rego` });
  if (!annotations.ok) throw new Error(JSON.stringify(annotations.error));
  const head = annotations.value.find(({ scope }) => scope === 'package');
  return { title: head?.title, type: PolicyType.parse(head?.custom.type) };
}

test('there are policies of every type, each with a title of its own', () => {
  const heads = names.map(headOf);
  expect(new Set(heads.map(({ type }) => type))).toEqual(new Set(PolicyType.options));
  expect(new Set(heads.map(({ title }) => title)).size).toBe(names.length);
});

test('the list of policies names each one with its title, type and mode', () => {
  const list = readFileSync(new URL('README.md', home), 'utf8');
  for (const name of names) {
    const { title, type } = headOf(name);
    expect(list).toMatch(new RegExp(`\\| \`${type}\` +\\| \\[${name}\\].*\\| ${title} `));
  }
});

describe.each(names)('%s', (name) => {
  const texts = ['policy.rego', 'policy_test.rego'] as const;

  test('passes its tests, which reach every line', () => {
    const modules = Object.fromEntries(texts.map((file) => [file, read(name, file)]));
    const report = testRego({ modules });
    if (!report.ok) throw new Error(JSON.stringify(report.error));
    const { tests, coverage } = report.value;
    expect(tests.length).toBeGreaterThan(1);
    expect(tests.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
    expect(coverage.find(({ file }) => file === 'policy.rego')?.missed).toEqual([]);
  });

  test('is formatted, and says whom it protects and how Terraform gets it', () => {
    for (const file of texts) {
      expect(formatRego(read(name, file), { file })).toEqual({ ok: true, value: read(name, file) });
    }
    const page = read(name, 'README.md');
    const { title, type } = headOf(name);
    expect(page).toMatch(/protects/);
    expect(page).toContain(`name             = "${title}"`);
    expect(page).toContain(`type             = "${type}"`);
  });
});

const asked = names.filter((name) => existsSync(new URL(`${name}/cases.json`, home)));

describe.each(asked)('%s, asked by a server', (name) => {
  const { type, cases }: CaseFile = JSON.parse(read(name, 'cases.json'));
  const compiled = compile(read(name, 'policy.rego'));

  test('has cases of both kinds', () => {
    const decisions = new Set(cases.map(({ decision }) => decision));
    expect([...decisions].sort()).toEqual(['allowed', 'refused']);
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
