/** Tries a write without the commit: prepares it and asks the policies, as its admission would. */
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { replan } from '../../rows/replan.ts';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import { prepareWrite } from './prepare-write.ts';
import type { Prepare } from './prepared-write.ts';
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
  prepare: Prepare<Input, Deps>,
  deps: Deps,
  context: CallContext,
): Promise<Problem | undefined> {
  const scope = { deps, context, operationId: deps.ids.next('op'), nowMs: deps.clock.nowMs() };
  const prepared = await prepareWrite(prepare, input, scope);
  if (!prepared.ok) return prepared.error[0] ?? replan('It');
  const { resourceKind, target, before, wanted, saga } = prepared.value;
  const lost = await refuseLostNode(deps, name, saga);
  if (lost !== undefined) return lost;
  const asked = { operation: name, resourceKind, target, before, wanted, unknown: [] };
  const decided = await deps.verdicts.decide(context, { ...asked, moment: 'preview' });
  return decided.problem;
}
