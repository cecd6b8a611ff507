/** Plans the trial of a policy: one representative question for each kind that it would decide. */
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import { PRICED_KINDS } from '@novacron/contract/cost/money';
import type { JsonObject } from '@novacron/contract/json';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import {
  type OperationName,
  operationNames,
  operationRow,
} from '@novacron/contract/operations-table/operations';
import { RESOURCE_KINDS } from '@novacron/contract/schema/resource-kind';
import type { AskablePolicy, QuestionInput, TrialInput, TrialQuestion } from './model/policy.ts';
import { planPolicyQuestions } from './plan-policy-questions.ts';
import { labelsInScope } from './rules/policy-scope.ts';

/** The writes that represent a kind, the most usual first. */
const USUAL_VERBS = ['create', 'update', 'delete'] as const;

/**
 * Plans the questions of a trial.
 * @returns a question for each kind that the policy decides, with the example of each field, in the
 *   order of `kinds`, one about disabling the policy itself, and of kinds that cost something
 *   another one with a high cost where the policy reads it; none where it decides nothing
 */
export function planPolicyTrial(input: TrialInput): readonly TrialQuestion[] {
  const asked = { ...input, context: { ...input.context, cost: null } };
  const ofKinds = asked.kinds.flatMap((kind) => representKind(asked, kind) ?? []);
  const ofCosts = readsCost(input.policy) ? ofKinds.flatMap(withHighCost) : [];
  return [...representRepair(asked), ...ofKinds, ...ofCosts];
}

/** Whether a policy reads what a write costs: for others the price is not looked for. */
export function readsCost({ inputReferences }: Pick<AskablePolicy, 'inputReferences'>): boolean {
  return inputReferences.some(({ path: [root, member = 'cost'] }) => {
    return root === undefined || (root === 'context' && member === 'cost');
  });
}

const HIGH_COST = {
  currency: 'EUR',
  per_hour_before: 0,
  per_hour_after: 1_000_000,
  per_hour_max: 1_000_000,
};

function withHighCost({ question }: TrialQuestion): readonly TrialQuestion[] {
  const isPriced = PRICED_KINDS.some((kind) => kind === question.resource.type);
  if (!isPriced || question.action === 'read') return [];
  const context = { ...question.context, cost: HIGH_COST };
  return [{ question: { ...question, context }, about: 'high-cost' }];
}

/** Its own repair: what an admin would send who wants to be rid of it. */
function representRepair(input: TrialInput): readonly TrialQuestion[] {
  const { id, fields } = input.own;
  const { name } = fields;
  const question = askIfSelected(input, {
    operation: 'policy.update',
    resource: {
      type: 'policy',
      id,
      name: typeof name === 'string' ? name : null,
      fields: { ...fields, enabled: false },
    },
    before: fields,
  });
  return question === undefined ? [] : [{ question, about: 'itself' }];
}

/** The first operation of a kind that the policy decides. */
function representKind(input: TrialInput, kind: string): TrialQuestion | undefined {
  const fields = exampleOf(input.policy, kind);
  const { name = null } = fields;
  for (const operation of operationsOf(kind)) {
    const isRead = operationRow(operation).effect === 'read';
    const isNew = operation.endsWith('.create');
    const question = askIfSelected(input, {
      operation,
      resource: {
        type: kind,
        id: null,
        name: typeof name === 'string' ? name : null,
        // A read is decided before anything is read.
        fields: isRead ? {} : fields,
      },
      before: isRead || isNew ? null : fields,
    });
    if (question !== undefined) return { question, about: 'kind' };
  }
  return undefined;
}

function operationsOf(kind: string): readonly OperationName[] {
  const usual: readonly string[] = USUAL_VERBS.map((verb) => `${kind}.${verb}`);
  const known = operationNames().filter((name) => name.startsWith(`${kind}.`));
  const writes = known.filter((name) => operationRow(name).effect === 'write');
  const reads = known.filter((name) => operationRow(name).effect === 'read');
  const rest = writes.filter((name) => !usual.includes(name));
  const first = usual.flatMap((name) => writes.find((each) => each === name) ?? []);
  return [...first, ...rest, ...reads];
}

/** The example of every field that users set, with labels that the policy's selector asks for. */
function exampleOf(policy: AskablePolicy, kind: string): JsonObject {
  const known = RESOURCE_KINDS.find((each) => each === kind);
  if (known === undefined) return { name: `trial-${kind.replaceAll('_', '-')}` };
  const { table } = RESOURCE_DEFINITIONS[known];
  const rows = Object.entries(table);
  const own = rows.filter(([, row]) => row.presence !== 'computed' && row.secrecy === 'plain');
  const fields: JsonObject = Object.fromEntries(own.map(([name, { example }]) => [name, example]));
  const labels = { ...policy.selector?.labels, ...labelsInScope(policy) };
  // A kind without labels is never selected by them.
  if (Object.keys(labels).length === 0 || !Object.hasOwn(table, 'metadata')) return fields;
  const { metadata } = fields;
  const before = typeof metadata === 'object' && metadata !== null ? metadata : {};
  return { ...fields, metadata: { ...before, ...labels } };
}

function askIfSelected(
  { policy, subject, context }: TrialInput,
  about: Pick<QuestionInput<AskablePolicy>, 'operation' | 'resource' | 'before'>,
): PolicyInput | undefined {
  const { question, ask } = planPolicyQuestions({
    ...about,
    principal: 'person',
    subject,
    context,
    unknownFields: [],
    policies: [policy],
  });
  return ask.length === 0 ? undefined : question;
}
