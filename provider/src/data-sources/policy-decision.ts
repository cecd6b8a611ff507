/** `novacron_policy_decision`: what the server would say to a write, without doing it. */
import { PreviewableOperation } from '@novacron/contract/admission';
import type { DataSource } from '../framework/data-source.ts';
import { UserError } from '../framework/diagnostics/user-error.ts';
import { bool, list, nested, string } from '../framework/schema/attributes.ts';
import { dataSourceSchema } from '../framework/schema/schema.ts';
import { oneOf } from '../framework/schema/validators.ts';
import { toUserError } from '../rpc/await-operation.ts';
import type { Session } from '../rpc/session.ts';

const schema = dataSourceSchema({
  description:
    'Asks validation, capacity and all policies about a write without doing it: for checks, ' +
    'preconditions and tests of policies.',
  attributes: {
    operation: string({
      required: true,
      validators: [oneOf(...PreviewableOperation.options)],
      description: 'The write, such as `vm.create`.',
    }),
    input: string({
      required: true,
      description: 'Its input as JSON: `jsonencode({ name = "web", cpu_cores = 2, … })`.',
    }),
    allowed: bool({ computed: true, description: 'Whether it would be accepted today.' }),
    problems: nested({
      nesting: 'list',
      computed: true,
      description: 'Every reason why it would be refused.',
      attributes: {
        code: string({ computed: true, description: 'Kind of problem, such as `policy-denied`.' }),
        detail: string({ computed: true, description: 'What is wrong and why.' }),
        remedy: string({ computed: true, description: 'What to do about it.' }),
      },
    }),
    warnings: list({
      element: string,
      computed: true,
      description: 'What policies that only warn have to say.',
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

function parseInput(text: string): Record<string, unknown> {
  const value = readJson(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new UserError({
    summary: 'The input is not a JSON object',
    detail: 'Write it with jsonencode({ … }), with the arguments of the operation.',
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
