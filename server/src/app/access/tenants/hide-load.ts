/**
 * Leaves the load of nodes out of answers to tenants other than the platform: others have caused it
 * as well. What is left out of each answer is said in `reduce-for-tenants.ts`.
 */
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { leaveOutLoad } from '@novacron/engine/placement/place/explain/explain-placement';
import type { Store } from '../../../ports/store.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { seesLoad } from '../../kernel/context/sees-load.ts';
import { leaveOutLoadOf } from '../../kernel/write/leave-out-load.ts';

interface LoadDeps {
  readonly store: Store;
}

type Use<Deps, Input, Answer> = (
  deps: Deps,
  input: Input,
  context: CallContext,
) => Promise<Result<Answer, Problem>>;

/**
 * Binds the handler of an operation whose answer names the load of nodes.
 * @param reduce - what a tenant sees of the answer
 */
export function hideLoad<Deps extends LoadDeps, Input, Answer>(
  deps: Deps,
  use: Use<Deps, Input, Answer>,
  reduce: (answer: Answer) => Answer,
): (input: Input, context: CallContext) => Promise<Result<Answer, Problem>> {
  return async (input, context) => {
    const answer = await use(deps, input, context);
    if (!answer.ok || (await seesLoad(deps, context.principal))) return answer;
    return ok(reduce(answer.value));
  };
}

/** Leaves the load of nodes out of what any operation refuses, and of its notices. */
export async function hideLoadInAnswer(
  deps: LoadDeps,
  { principal }: Pick<CallContext, 'principal'>,
  answer: Result<unknown, Problem>,
): Promise<Result<unknown, Problem>> {
  if (!answer.ok) {
    const [shown = answer.error] = await leaveOutLoadOf(deps, { principal }, [answer.error]);
    return err(shown);
  }
  const { value } = answer;
  if (typeof value !== 'object' || value === null || !('notices' in value)) return answer;
  const { notices } = value;
  if (!Array.isArray(notices) || notices.length === 0) return answer;
  if (await seesLoad(deps, principal)) return answer;
  return ok({ ...value, notices: leaveOutLoad(notices.map(String)) });
}
