/** Outcome of a group, in a form that can be sent between threads. */
import { assertNever, err, ok } from '@novacron/contract/result';
import type { Outcome } from '../group-commit/group-writer.ts';
import type { GuardedSet, GuardedStatement } from '../sql/compile-change.ts';
import { toCommitProblem } from './sqlite-problems.ts';

/** Parts of a guarded statement that the writing connection needs. */
export interface RunnableStatement {
  readonly query: GuardedStatement['query'];
  readonly guard: { readonly kind: GuardedStatement['guard']['kind'] };
}

/** Outcome of one change set. `refused`: the guard of its statement at this index failed. */
export type SetFate =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly at: number }
  | { readonly kind: 'bug'; readonly cause: unknown };

/** Outcome of a group. `failed`: the database could not write, and nothing has happened. */
export type GroupFate =
  | { readonly kind: 'all-done' }
  | { readonly kind: 'each'; readonly fates: readonly SetFate[] }
  | { readonly kind: 'failed'; readonly cause: unknown };

const DONE: Outcome = { kind: 'answered', answer: ok(undefined) };

/** Answers the sets of a group, in order. Throws what is a bug and not the database's trouble. */
export function toOutcomes(sets: readonly GuardedSet[], fate: GroupFate): readonly Outcome[] {
  switch (fate.kind) {
    case 'all-done':
      return sets.map(() => DONE);
    case 'each':
      return sets.map((set, index) => toOutcome(set, fate.fates[index]));
    case 'failed': {
      const answer = err(toCommitProblem(fate.cause));
      return sets.map(() => ({ kind: 'answered', answer }));
    }
    default:
      return assertNever(fate);
  }
}

function toOutcome(set: GuardedSet, fate: SetFate | undefined): Outcome {
  if (fate?.kind === 'done') return DONE;
  const guard = fate?.kind === 'refused' ? set[fate.at]?.guard : undefined;
  if (guard !== undefined && guard.kind !== 'none') {
    return { kind: 'answered', answer: err(guard.otherwise) };
  }
  return { kind: 'bug', cause: fate?.kind === 'bug' ? fate.cause : undefined };
}
