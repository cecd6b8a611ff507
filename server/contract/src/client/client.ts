/** The typed client: one function for every operation, over whatever carries it. */

import { z } from 'zod';
import { isRecord } from '../json.ts';
import type {
  InputOf,
  OperationName,
  OperationRow,
  OutputOf,
} from '../operations-table/operations.ts';
import { operations } from '../operations-table/operations.ts';
import { IN_WORDS } from '../problem/describe-issue.ts';
import { type Problem, problem } from '../problem/problem.ts';
import { err, ok, type Result } from '../result.ts';
import { parseAnswer } from './parse-answer.ts';

/**
 * Carries one call to a server and brings its answer or its problem back.
 * @typeParam Options - what a caller may say besides the input, such as a signal to cancel
 */
export type Carrier<Options> = (
  name: OperationName,
  input: unknown,
  options: Options | undefined,
) => Promise<Result<unknown, Problem>>;

/** Calls operations by name with their own types. */
export interface Client<Options = unknown> {
  readonly call: <Name extends OperationName>(
    name: Name,
    input: InputOf<Name>,
    options?: Options,
  ) => Promise<Result<OutputOf<Name>, Problem>>;
}

/**
 * Makes a typed client on top of a carrier. Answers are checked against the contract, so that a
 * server of an incompatible release is distinguished from a wrong answer.
 */
export function createClient<Options>(carry: Carrier<Options>): Client<Options> {
  return {
    async call<Name extends OperationName>(
      name: Name,
      input: InputOf<Name>,
      options?: Options,
    ): Promise<Result<OutputOf<Name>, Problem>> {
      const answer = await carry(name, input, options);
      if (!answer.ok) return answer;
      const schema = outputSchemaOf(name, input);
      const parsed = parseAnswer<unknown>(schema, answer.value);
      if (!parsed.success) return err(incompatibleAnswer(name, schema, answer.value));
      // The row's schema has just said so; the compiler cannot follow a lookup by a generic key.
      return ok(parsed.data as OutputOf<Name>);
    },
  };
}

/** The schema of an answer: where a list was asked for some fields, its items have no others. */
function outputSchemaOf(name: OperationName, input: unknown): z.ZodType {
  const { output }: OperationRow = operations[name];
  if (!isRecord(input) || input.fields === undefined || !(output instanceof z.ZodObject)) {
    return output;
  }
  const { items } = output.shape;
  if (!(items instanceof z.ZodArray) || !(items.element instanceof z.ZodObject)) return output;
  const fields = Object.entries(items.element.shape).map(([field, schema]) => [
    field,
    withoutDefault(schema).optional(),
  ]);
  return output.extend({ items: z.array(z.looseObject(Object.fromEntries(fields))) });
}

/** A field that was not requested is absent, not at its default. */
function withoutDefault(schema: z.ZodType): z.ZodType {
  const isDefaulted = schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault;
  const inner: unknown = isDefaulted ? schema.unwrap() : undefined;
  return inner instanceof z.ZodType ? inner : schema;
}

/** The number of places of an answer that are named; the others are counted. */
const PLACES_LISTED_MAX = 3;

function incompatibleAnswer(name: OperationName, schema: z.ZodType, answer: unknown): Problem {
  const read = schema.safeParse(answer, IN_WORDS);
  const issues = read.success ? [] : read.error.issues;
  // A newer server may send fields that this release does not know; they are not an error.
  const faults = issues.filter(({ code }) => code !== 'unrecognized_keys');
  const listed = faults
    .slice(0, PLACES_LISTED_MAX)
    .map(({ path, message }) => `${path.length === 0 ? 'it' : path.join('.')} ${message}`);
  const more = faults.length > listed.length ? ` (and ${faults.length - listed.length} more)` : '';
  return problem('internal', {
    detail:
      `This release does not understand the server's answer to ${name}: ` +
      `${listed.join(', ')}${more}.`,
    remedy: 'Use a server and a client of the same or of neighbouring releases.',
    data: { incompatible: true },
  });
}
