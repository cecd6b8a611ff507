/** The typed client: one function for every operation, over whatever carries it. */
import type { InputOf, OperationName, OutputOf } from './operations.ts';
import { operations } from './operations.ts';
import { parseAnswer } from './parse-answer.ts';
import { type Problem, problem } from './problem.ts';
import { err, ok, type Result } from './result.ts';

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
 * server of an incompatible release is told apart from a wrong answer.
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
      const parsed = parseAnswer<unknown>(operations[name].output, answer.value);
      if (!parsed.success) return err(incompatibleAnswer(name, parsed.error.message));
      // The row's schema has just said so; the compiler cannot follow a lookup by a generic key.
      return ok(parsed.data as OutputOf<Name>);
    },
  };
}

function incompatibleAnswer(name: string, reason: string): Problem {
  return problem('internal', {
    detail: `The server's answer to ${name} is not what this release understands: ${reason}`,
    remedy: 'Use a server and a client of the same or of neighbouring releases.',
    data: { incompatible: true },
  });
}
