/** Subjects of enrollments: the agent of a node, or a runner. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Tables } from '../../../ports/tables/tables.ts';

/** Holder of a certificate. For a node it is the node's agent. */
export interface Enrolled {
  readonly kind: 'node' | 'runner';
  readonly name: string;
}

/** Returns the subject of an enrollment. */
export function enrolledBy({ node, runner }: Pick<Tables['enrollments'], 'node' | 'runner'>) {
  return runner === null
    ? ({ kind: 'node', name: node } as const satisfies Enrolled)
    : ({ kind: 'runner', name: runner } as const satisfies Enrolled);
}

/** The columns that say what an enrollment is for. No node and no runner have one in common. */
export function enrolledColumns({ kind, name }: Enrolled) {
  return kind === 'node' ? { node: name, runner: null } : { node: `runner:${name}`, runner: name };
}

/** Reads what a request is about. Problems: `validation-failed` unless it names one of them. */
export function readEnrolled(input: {
  readonly node?: string | undefined;
  readonly runner?: string | undefined;
}): Result<Enrolled, Problem> {
  const { node, runner } = input;
  if (node !== undefined && runner === undefined) return ok({ kind: 'node', name: node });
  if (runner !== undefined && node === undefined) return ok({ kind: 'runner', name: runner });
  const message = 'must be given, or runner, and not both';
  return err(
    problem('validation-failed', {
      detail: `The request names ${node === undefined ? 'no node and no runner' : 'both'}.`,
      remedy: 'Give --node NODE for the agent of a node, or --runner NAME for a runner.',
      fields: [{ path: ['node'], message }],
    }),
  );
}
