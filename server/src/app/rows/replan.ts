import { type Problem, problem } from '@novacron/contract/problem';

/** Says "read again and plan again": the guard of an optimistic change has failed. */
export function replan(what: string): Problem {
  return problem('conflict', {
    detail: `${what} was changed by somebody else at the same time.`,
    remedy: 'Send the request again.',
    data: { replan: true },
  });
}
