import type { TerraformResource } from 'cdktf';
import { loadOffline } from '../offline/load-offline.ts';
import type { PolicyRule } from '../props/policy-rule.ts';
import { type DescribedResource, describeResource } from './describe-resource.ts';

/** The principal that is assumed to apply the app. */
export interface Requester {
  readonly userId: string;
  readonly role: string;
}

/** Type and enforcement mode of a policy, if its text does not declare them. */
export interface PolicyHead {
  readonly type: string | undefined;
  readonly mode: string | undefined;
}

/** The decision of a policy about a resource, one sentence per line. */
export interface Verdict {
  readonly denials: readonly string[];
  readonly warnings: readonly string[];
}

/** A policy that can be evaluated. */
export type LoadedPolicy = ReturnType<typeof loadRule>;

/** The rules of a policy that are evaluated. */
const ANSWERS = ['allow', 'deny', 'warn', 'violation'] as const;

/** A placeholder, since the tenant is not known at synth. */
const TENANT = 'synth';

/**
 * Compiles a policy and reads type and mode from the metadata of its package.
 * @throws if it does not compile, with every mistake
 */
export function loadRule({ text, file }: PolicyRule, head: PolicyHead) {
  const { compileRego, judgedInput, loadPolicy, readAnnotations } = loadOffline();
  const modules = { [file]: text };
  const parsed = compileRego({ modules, entrypoints: [] });
  const annotations = readAnnotations(text, { file });
  const packageName = parsed.ok ? (parsed.value.packages[0] ?? '') : '';
  const path = packageName.replaceAll('.', '/');
  const entrypoints = ANSWERS.map((rule) => `${path}/${rule}`);
  const input = { schema: judgedInput(), mismatches: 'problems' } as const;
  const compiled = compileRego({ modules, entrypoints, input });
  for (const result of [compiled, annotations]) {
    if (result.ok) continue;
    const lines = result.error.map(
      (each) => `${each.file}:${each.row}:${each.column}: ${each.message}`,
    );
    throw new Error(`A policy cannot be evaluated:\n${lines.join('\n')}`);
  }
  if (!compiled.ok || !annotations.ok) throw new Error(`${file} cannot be evaluated`);
  const about = annotations.value.find(({ scope }) => scope === 'package');
  const { rules, inputReferences, wasm } = compiled.value;
  return {
    file,
    name: about?.title ?? packageName,
    type: head.type ?? about?.custom.type ?? 'resource',
    mode: head.mode ?? about?.custom.enforcement_mode ?? 'block',
    packageName,
    inputReferences,
    answers: ANSWERS.filter((rule) => rules[packageName]?.includes(rule)),
    evaluate: loadPolicy(wasm).evaluate,
  };
}

/** Evaluates a policy for the create of a resource and of its members, as the server will. */
export function evaluatePolicy(
  policy: LoadedPolicy,
  resource: TerraformResource,
  asker: Requester,
): readonly Verdict[] {
  return describeResource(resource).map((each) => evaluateFor(policy, each, asker));
}

function evaluateFor(
  policy: LoadedPolicy,
  described: DescribedResource,
  asker: Requester,
): Verdict {
  const { planAdmission, planPolicyQuestions } = loadOffline();
  const { kind, fields, unknownFields } = described;
  const { file, name, packageName, answers, inputReferences } = policy;
  const { question, ask, deferred } = planPolicyQuestions({
    operation: `${kind}.create`,
    principal: 'person',
    subject: { ...asker, tenant: TENANT },
    resource: {
      type: kind,
      id: null,
      fields,
      name: typeof fields.name === 'string' ? fields.name : null,
    },
    before: null,
    context: { client: 'terraform', deployment: 'default' },
    unknownFields,
    policies: [
      {
        name,
        packageName,
        answers,
        inputReferences,
        tenantId: TENANT,
        version: 1,
        enabled: true,
        // The words of PolicyType and of the metadata, which the server checks when it is applied.
        type: policy.type as 'resource',
        // The words of EnforcementMode and of the metadata, which the server checks as well.
        mode: policy.mode as 'block',
      },
    ],
  });
  const decision = planAdmission({
    question,
    answered: ask.map((each) => ({ policy: each, answer: answerOf(policy, question) })),
    deferred,
  });
  const waits = deferred.map(
    ({ unknownFields: names }) =>
      `policy "${name}" depends on ${names.join(', ')}, which is only known to Terraform; ` +
      'it is evaluated in the plan.',
  );
  return {
    denials: decision.reasons.map(
      (reason) =>
        `policy "${name}" denies it: ${reason.replace(/[.]$/, '')}. ` +
        `Change the resource, or the policy (${file}).`,
    ),
    warnings: [...decision.warnings.map(({ message }) => message), ...waits],
  };
}

function answerOf({ answers, packageName, evaluate }: LoadedPolicy, question: unknown) {
  const path = packageName.replaceAll('.', '/');
  const value = (rule: (typeof ANSWERS)[number]) =>
    answers.includes(rule) ? evaluate(question, `${path}/${rule}`)[0] : undefined;
  const [allow, deny, warn, violation] = ANSWERS.map(value);
  return { ok: true, value: { allow, deny, warn, violation } } as const;
}
