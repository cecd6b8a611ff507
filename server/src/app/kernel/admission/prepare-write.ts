/** Prepares a write; what refuses it is stored and shown, so it says what its tenant may read. */
import type { Problem } from '@novacron/contract/problem/problem';
import { err, type Result } from '@novacron/contract/result';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import { seesLoad } from '../context/sees-load.ts';
import { reduceProblem } from './leave-out-load.ts';
import type { Prepare, PreparedWrite, WriteScope } from './prepared-write.ts';

/** Prepares a write, and leaves the load of nodes out of its refusal. */
export async function prepareWrite<Input, Deps extends KernelDeps>(
  prepare: Prepare<Input, Deps>,
  input: Input,
  scope: WriteScope<Deps>,
): Promise<Result<PreparedWrite, readonly Problem[]>> {
  const prepared = await prepare(input, scope);
  if (prepared.ok) return prepared;
  return err(await leaveOutLoadOf(scope.deps, scope.context, prepared.error));
}

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
