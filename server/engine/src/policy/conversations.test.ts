import { expect, test } from '@jest/globals';
import type { AdmissionWarning } from '@novacron/contract/admission/admission';
import type { EnforcementMode, PolicyInput } from '@novacron/contract/admission/policy-verdict';
import type { Json } from '@novacron/contract/json';
import type { PolicyType } from '@novacron/contract/kinds/policy/policy';
import { type ProblemCode, problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import { type Command, holdConversation } from '../../test/conversation.ts';
import type { AnsweredPolicy, AskablePolicy } from './model/policy.ts';
import { planAdmission } from './plan-admission.ts';
import { planPolicyQuestions } from './plan-policy-questions.ts';
import { explainVerdict, toPolicyProblem } from './to-policy-problem.ts';

const file = new URL('./testdata/admission.txt', import.meta.url);

const WRITE_DEFAULT: Command = { verb: 'write', name: 'vm.create', args: { role: 'operator' } };

test.each(holdConversation(file, decide))('$title', ({ actual, expected }) => {
  expect(actual).toBe(expected);
});

function decide(commands: readonly Command[]): string {
  const of = (verb: string) => commands.filter((command) => command.verb === verb);
  const { question, ask, deferred } = askPolicies(of('write')[0] ?? WRITE_DEFAULT, of('policy'));
  const answered = ask.map((policy) => readAnswer(policy, of('answer')));
  const decision = planAdmission({ question, answered, deferred });
  const lines = [
    decision.allowed ? 'allowed' : 'refused',
    ...decision.policies.flatMap((verdict) => explainVerdict(verdict, question)),
    ...decision.warnings.map(describeWarning),
  ];
  if (!decision.allowed) lines.push(...describeProblem(decision, question));
  return lines.join('\n');
}

function describeWarning({ policy, version, rule_path, path, message }: AdmissionWarning): string {
  const at = path === undefined ? '' : ` at ${path.join(' > ')}`;
  return `warning of ${policy} (version ${version}, ${rule_path})${at}: ${message}`;
}

function describeProblem(
  decision: ReturnType<typeof planAdmission>,
  question: PolicyInput,
): readonly string[] {
  const { code, detail, remedy, fields } = toPolicyProblem(decision, question);
  return [
    `problem ${code}: ${detail}`,
    `remedy: ${remedy}`,
    ...fields.map(({ path, message }) => `at ${path.join(' > ')}: ${message}`),
  ];
}

function askPolicies({ name, args }: Command, policies: readonly Command[]) {
  const { role = 'operator', unknown, ...fields } = args;
  return planPolicyQuestions({
    operation: name,
    principal: 'person',
    subject: { userId: 'ann', role, tenant: 'tnt_1' },
    resource: { type: 'vm', id: null, name: 'web-01', fields: parseAll(fields) },
    before: null,
    context: { client: 'terraform' },
    unknownFields: unknown?.split(',') ?? [],
    policies: policies.map(readPolicy),
  });
}

function readPolicy({ name, args }: Command): AskablePolicy {
  return {
    name,
    tenantId: 'tnt_1',
    type: (args.type ?? 'access') as PolicyType,
    version: Number(args.version ?? 1),
    mode: (args.mode ?? 'block') as EnforcementMode,
    enabled: true,
    packageName: args.package ?? 'novacron',
    answers: (args.answers ?? 'allow').split(','),
    inputReferences: (args.reads ?? 'subject.role')
      .split(',')
      .map((path) => ({ path: path.split('.'), complete: true })),
  };
}

function readAnswer(policy: AskablePolicy, answers: readonly Command[]): AnsweredPolicy {
  const command = answers.find(({ name }) => name === policy.name);
  if (command === undefined) throw new Error(`${policy.name} is asked but does not answer`);
  const { error, detail, ...values } = parseAll(command.args);
  if (error !== undefined) {
    const code = error as ProblemCode;
    return { policy, answer: err(problem(code, { detail: String(detail), remedy: '' })) };
  }
  const { allow, deny, warn, violation } = values;
  return { policy, answer: ok({ allow, deny, warn, violation }) };
}

function parseAll(args: Command['args']): Record<string, Json> {
  const entries = Object.entries(args);
  return Object.fromEntries(entries.map(([name, text]) => [name, JSON.parse(text) as Json]));
}
