/**
 * Pauses executions and resumes them. A pause is an entry of the log, so that each server that goes
 * on with the execution begins nothing; once what runs has ended, the row is parked.
 */
import type { Execution } from '@novacron/contract/automation/execution';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { steer } from '../../kernel/operations/steer-operations.ts';
import { refuseByPolicy } from '../../kernel/write/write-object.ts';
import { findExecution, getExecution } from './read-executions.ts';
import { planPause, planResume } from './tasks/plan-pause.ts';
import { findParts, type PartsOfSteering, type PlanOfPart, steerPart } from './tasks/steer-part.ts';

type Name = 'execution.pause' | 'execution.resume';

/** Pauses or resumes. Problems: `not-found`, those of policies, `validation-failed`, `conflict`. */
export async function steerExecution(
  parts: PartsOfSteering,
  name: Name,
  { id }: ParsedInputOf<Name>,
  context: CallContext,
): Promise<Result<{ readonly resource: Execution }, Problem>> {
  const { deps } = parts;
  const found = await findExecution(deps, id, context);
  if (!found.ok) return found;
  const target = { id, name: found.value.target_name };
  const denied = await refuseByPolicy(deps, context, {
    operation: name,
    resourceKind: 'execution',
    target,
    before: null,
    wanted: { workflow: found.value.target_name, workflow_id: found.value.target_id },
  });
  if (denied !== undefined) return err(denied);
  const plan = PLANS[name];
  const done = await steer(parts, id, context, async (row, log) =>
    plan(deps, { row, log }, context),
  );
  if (!done.ok) return done;
  await steerBelow(parts, id, context, plan);
  const shown = await getExecution(deps, id, context);
  return shown.ok ? ok({ resource: shown.value }) : shown;
}

const PLANS: Readonly<Record<Name, PlanOfPart>> = {
  'execution.pause': planPause,
  'execution.resume': planResume,
};

/** Pauses or resumes all nested executions, at any depth. */
async function steerBelow(
  parts: PartsOfSteering,
  id: string,
  context: CallContext,
  plan: PlanOfPart,
): Promise<void> {
  for (const part of await findParts(parts.deps, id)) {
    await steerPart(parts, part.id, context, plan);
    await steerBelow(parts, part.id, context, plan);
  }
}
