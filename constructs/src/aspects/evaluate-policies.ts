import type { FieldTable } from '@novacron/contract/schema/field';
import { type TerraformResource, TerraformStack } from 'cdktf';
import {
  type Attributes,
  attributesOf,
  isUnknown,
  readAttributes,
} from '../checks/read-attributes.ts';
import { NovacronProvider } from '../gen/provider/index.ts';
import { loadOffline } from '../offline/load-offline.ts';
import type { PolicyRule } from '../props/policy-rule.ts';

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
  const described = describeResource(resource);
  if (described === undefined) return [];
  const { kind, fields, unknownFields } = described;
  const { membersInQuestion } = loadOffline();
  const members = kind === 'vm_group' ? membersInQuestion(fields, unknownFields) : [];
  const vms = members.map((member) => ({
    kind: 'vm',
    fields: JSON.parse(JSON.stringify(member.fields)),
    unknownFields: member.unknown,
  }));
  return [described, ...vms].map((each) => evaluateFor(policy, each, asker));
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

type Offline = ReturnType<typeof loadOffline>;
type Fields = Parameters<Offline['planPolicyQuestions']>[0]['resource']['fields'];

/** A resource as policies see it. */
interface DescribedResource {
  readonly kind: string;
  /** The values of a synthesised file. */
  readonly fields: Fields;
  readonly unknownFields: readonly string[];
}

/** Returns a resource as policies see it; undefined if it is not a kind of NovaCron. */
function describeResource(resource: TerraformResource): DescribedResource | undefined {
  const { RESOURCE_DEFINITIONS, fillDefaults } = loadOffline();
  const type = resource.terraformResourceType;
  const found = Object.entries(RESOURCE_DEFINITIONS).find(([, each]) => each.type === type);
  if (found === undefined) return undefined;
  const [kind, { table }] = found;
  const known: Record<string, unknown> = {};
  const unknownFields: string[] = [];
  for (const [name, value] of Object.entries(withDefaultLabels(resource, table))) {
    const row = table[name];
    if (row === undefined) continue;
    if (isUnknown(value) && row.isTemplate !== true) unknownFields.push(name);
    else if (isUnknown(value)) {
      const members = Object.entries(attributesOf(value));
      known[name] = Object.fromEntries(members.filter(([, member]) => !isUnknown(member)));
      const open = members.filter(([, member]) => isUnknown(member));
      unknownFields.push(...open.map(([member]) => `${name}.${member}`));
    }
    // As the server stores it: omitted fields of a nested object are null.
    else known[name] = row.schema.safeParse(value).data ?? value;
  }
  // A synthesised file contains JSON.
  const fields = JSON.parse(JSON.stringify(fillDefaults(table, known)));
  return { kind, fields, unknownFields };
}

/** The attributes with the default labels of the provider, which requests carry. */
function withDefaultLabels(resource: TerraformResource, table: FieldTable): Attributes {
  const attributes = readAttributes(resource);
  const labels = defaultLabelsFor(resource);
  if (Object.keys(labels).length === 0) return attributes;
  const merged = (own: unknown) => (isUnknown(own) ? own : { ...labels, ...attributesOf(own) });
  const vm = attributesOf(attributes.vm);
  return {
    ...attributes,
    ...(table.metadata === undefined ? {} : { metadata: merged(attributes.metadata) }),
    ...(table.vm?.isTemplate === true ? { vm: { ...vm, metadata: merged(vm.metadata) } } : {}),
  };
}

/** The default labels of the provider of a resource: the one that it names, or the default one. */
function defaultLabelsFor(resource: TerraformResource): Attributes {
  const providers = TerraformStack.of(resource)
    .node.findAll()
    .filter((each): each is NovacronProvider => each instanceof NovacronProvider);
  const isOwn = (each: NovacronProvider) =>
    resource.provider === undefined ? each.alias === undefined : resource.provider === each;
  return attributesOf(providers.find(isOwn)?.defaultLabelsInput);
}

function answerOf({ answers, packageName, evaluate }: LoadedPolicy, question: unknown) {
  const path = packageName.replaceAll('.', '/');
  const value = (rule: (typeof ANSWERS)[number]) =>
    answers.includes(rule) ? evaluate(question, `${path}/${rule}`)[0] : undefined;
  const [allow, deny, warn, violation] = ANSWERS.map(value);
  return { ok: true, value: { allow, deny, warn, violation } } as const;
}
