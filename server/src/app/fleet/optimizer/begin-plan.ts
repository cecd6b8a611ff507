/**
 * Begins a plan that NovaCron makes by itself: it waits while something more urgent changes the
 * nodes that it would empty. Its moves are steps, each of which begins when its VM is free.
 */
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { beginWrite } from '../../kernel/arbitration/begin-write.ts';
import type { BeginParts } from '../../kernel/arbitration/platform-write.ts';
import { waitingProblem } from '../../kernel/arbitration/waiting-problem.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { AdmittedWrite } from '../../kernel/write/prepared-write.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import type { Prepare } from '../../resources/scope.ts';
import { observeFleet } from './observe-fleet.ts';
import { planWithRoom } from './plan-with-room.ts';
import type { ImprovementAsk } from './prepare-improvement.ts';

type Input = Readonly<Record<string, unknown>>;

/**
 * Begins it.
 * @returns `conflict` where it waits, which `isWaitingProblem` recognises
 */
export async function beginPlan(
  parts: BeginParts<CapabilityDeps>,
  wanted: {
    readonly name: OperationName;
    readonly input: Input;
    readonly ask: ImprovementAsk;
    readonly prepare: Prepare<Input>;
  },
  context: CallContext,
): Promise<Result<AdmittedWrite, Problem>> {
  const { deps } = parts;
  const { name, input, ask, prepare } = wanted;
  const fleet = await observeFleet(deps);
  const planned = await planWithRoom(ask, fleet, { deps, context });
  if (!planned.ok) return planned;
  const { emptied } = planned.value.plan;
  const nodes = fleet.rows.filter((row) => emptied.includes(row.name));
  const begun = await beginWrite(parts, {
    who: 'optimizer',
    class: 'consolidation',
    target: { kind: 'other', row: { id: 'fleet', name: 'fleet' }, nodes },
    name,
    input,
    prepare,
    context,
  });
  if (begun.kind === 'started') return ok(begun.admitted);
  if (begun.kind === 'refused') return err(begun.problem);
  return err(waitingProblem('The plan for the fleet', begun));
}
