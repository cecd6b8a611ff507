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
 * @returns what its admission would be refused with now; none where it would be admitted
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
): Promise<readonly Problem[]> {
  const scope = { deps, context, operationId: deps.ids.next('op'), nowMs: deps.clock.nowMs() };
  const refusal = (found: readonly Problem[]) =>
    leaveOutLoadOf(deps, context, found.length === 0 ? [replan('It')] : found);
  const checked = await check(input, scope);
  if (!checked.ok) return refusal(checked.error);
  const asked = questionOf(name, checked.value);
  const decided = await deps.verdicts.decide(context, { ...asked, moment: 'preview' });
  if (decided.problem !== undefined) return [decided.problem];
  const placed = await placeWrite(checked.value);
  if (!placed.ok) return refusal(placed.error);
  const lost = await refuseLostNode(deps, name, placed.value.saga);
  return lost === undefined ? [] : [lost];
}
