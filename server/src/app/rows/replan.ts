import { type Problem, problem } from '@novacron/contract/problem/problem';

/** The problem of a failed optimistic lock: the write is read and planned again. */
export function replan(what: string): Problem {
  return problem('conflict', {
    detail: `${what} was changed by another request at the same time.`,
    remedy: 'Send the request again.',
    data: { replan: true },
  });
}
