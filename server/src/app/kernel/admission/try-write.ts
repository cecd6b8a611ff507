/** Tries a write without the commit: checks it, asks the policies and places it. */
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { replan } from '../../rows/replan.ts';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import { type Check, placeWrite, questionOf } from './checked-write.ts';
import { leaveOutLoadOf } from './leave-out-load-of.ts';
import { refuseLostNode } from './refuse-lost-node.ts';

/**
 * Tries a write. Nothing is stored, and no refusal is audited: nothing was requested.
 * @returns the problem that its admission would answer now; undefined where it would be admitted
 */
export async function tryWrite<
  Input extends Readonly<Record<string, unknown>>,
  Deps extends KernelDeps,
>(
  name: OperationName,
  input: Input,
  check: Check<Input, Deps>,
  deps: Deps,
  context: CallContext,
): Promise<Problem | undefined> {
  const scope = { deps, context, operationId: deps.ids.next('op'), nowMs: deps.clock.nowMs() };
  const refusal = async (found: readonly Problem[]) =>
    (await leaveOutLoadOf(deps, context, found))[0] ?? replan('It');
  const checked = await check(input, scope);
  if (!checked.ok) return refusal(checked.error);
  const asked = questionOf(name, checked.value);
  const decided = await deps.verdicts.decide(context, { ...asked, moment: 'preview' });
  if (decided.problem !== undefined) return decided.problem;
  const placed = await placeWrite(checked.value);
  return placed.ok ? refuseLostNode(deps, name, placed.value.saga) : refusal(placed.error);
}
