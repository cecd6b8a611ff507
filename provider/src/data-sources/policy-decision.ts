/** `novacron_policy_decision`: how the server would decide a write, without making it. */
import { PreviewableOperation } from '@novacron/contract/admission/admission';
import { isRecord } from '../cty/is-record.ts';
import type { DataSource } from '../framework/data-source.ts';
import { UserError } from '../framework/diagnostics/user-error.ts';
import { bool, list, nested, string } from '../framework/schema/attributes.ts';
import { dataSourceSchema } from '../framework/schema/schema.ts';
import { oneOf } from '../framework/schema/validators.ts';
import { toUserError } from '../rpc/await-operation.ts';
import type { Session } from '../rpc/session.ts';

const schema = dataSourceSchema({
  description:
    'Checks a write against validation, capacity and all policies without making it: for ' +
    'checks, preconditions and tests of policies.',
  attributes: {
    operation: string({
      required: true,
      validators: [oneOf(...PreviewableOperation.options)],
      description: 'Operation, such as `vm.create`.',
    }),
    input: string({
      required: true,
      description:
        'Input of the operation as JSON: `jsonencode({ name = "web", cpu_cores = 2, … })`.',
    }),
    allowed: bool({ computed: true, description: 'Whether the write would be accepted now.' }),
    problems: nested({
      nesting: 'list',
      computed: true,
      description: 'All reasons why the write would be rejected.',
      attributes: {
        code: string({ computed: true, description: 'Kind of problem, such as `policy-denied`.' }),
        detail: string({
          computed: true,
          description: 'Description of the problem and its reason.',
        }),
        remedy: string({ computed: true, description: 'Next step.' }),
      },
    }),
    warnings: list({
      element: string,
      computed: true,
      description: 'Messages of policies that only warn.',
    }),
  },
});

/** Reads a decision. */
export const policyDecisionSource: DataSource<typeof schema, Session> = {
  schema,
  async read({ operation, input }, { client: session, signal }) {
    const answer = await session.client.call(
      'admission.preview',
      { operation: PreviewableOperation.parse(operation), input: parseInput(input), unknown: [] },
      { signal },
    );
    if (!answer.ok) throw toUserError(answer.error, 'read novacron_policy_decision');
    const { problems, warnings } = answer.value;
    return {
      operation,
      input,
      allowed: problems.length === 0,
      problems: problems.map(({ code, detail, remedy }) => ({ code, detail, remedy })),
      warnings: warnings.map(({ policy, message }) => `${policy}: ${message}`),
    };
  },
};

function parseInput(text: string): Readonly<Record<string, unknown>> {
  const value = readJson(text);
  if (isRecord(value)) return value;
  throw new UserError({
    summary: 'The input is not a JSON object',
    detail: 'Use jsonencode({ … }) with the arguments of the operation.',
    path: ['input'],
  });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
