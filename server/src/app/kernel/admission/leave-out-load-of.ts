/** What refuses a write is stored and shown, so it says what the tenant of the write may read. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import { seesLoad } from '../context/sees-load.ts';
import { reduceProblem } from './leave-out-load.ts';

/**
 * Leaves the load of nodes out of refusals for lack of room. A refusal becomes the problem of a
 * step, an event, an audit entry or the reason of a decision to scale: it is reduced before.
 */
export async function leaveOutLoadOf(
  deps: Pick<KernelDeps, 'store'>,
  { principal }: Pick<CallContext, 'principal'>,
  problems: readonly Problem[],
): Promise<readonly Problem[]> {
  if (problems.every(({ code }) => code !== 'no-capacity')) return problems;
  return (await seesLoad(deps, principal)) ? problems : problems.map(reduceProblem);
}
