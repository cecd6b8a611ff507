/**
 * Pauses executions and resumes them. A pause is an entry of the log, so that each server that goes
 * on with the execution begins nothing; once what runs has ended, the row is parked.
 */
import type { Execution } from '@novacron/contract/automation/execution';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { checkPause } from '@novacron/engine/workflow/check-operator-action';
import type { LogEntry } from '@novacron/engine/workflow/log/log-entry';
import { deadlineAfterStop } from '@novacron/engine/workflow/rules/decide-rollback';
import { pauseOf } from '@novacron/engine/workflow/rules/pause-of';
import type { Tables } from '../../../ports/tables/tables.ts';
import { refuseByPolicy } from '../../kernel/admission/refuse-write.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { refused, type SteeringParts, steer } from '../../kernel/operations/steer-operations.ts';
import type { Steering } from '../../kernel/operations/steering-changes.ts';
import type { CapabilityDeps } from '../deps.ts';
import { findExecution, getExecution } from './read-executions.ts';

type Name = 'execution.pause' | 'execution.resume';

/** What pauses and resumptions need. */
export interface PauseParts extends SteeringParts {
  readonly deps: CapabilityDeps;
}

interface Paused {
  readonly row: Tables['operations'];
  readonly log: readonly LogEntry[];
}

/** Pauses or resumes. Problems: `not-found`, those of policies, `validation-failed`, `conflict`. */
export async function steerExecution(
  parts: PauseParts,
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
  const shown = await getExecution(deps, id, context);
  return shown.ok ? ok({ resource: shown.value }) : shown;
}

type Plan = (
  deps: CapabilityDeps,
  paused: Paused,
  context: CallContext,
) => Result<Steering, Problem>;

const PLANS: Readonly<Record<Name, Plan>> = {
  'execution.pause': planPause,
  'execution.resume': planResume,
};

function planPause(
  { clock, definitions }: CapabilityDeps,
  { row, log }: Paused,
  { principal }: CallContext,
): Result<Steering, Problem> {
  const nowMs = clock.nowMs();
  const isOver = row.finished_at_ms !== null;
  const reason = isOver ? 'has ended already' : checkPause(definitions.read(row), log, nowMs);
  if (reason !== undefined) {
    const remedy = `See how it is: novacron execution inspect ${row.id}`;
    return err(refused(row, `cannot be paused: it ${reason}`, { remedy }));
  }
  const entry = { kind: 'paused', by: principal.name, at_ms: nowMs } as const;
  return ok({ name: 'execution.pause', entry, changes: [], status: row.status });
}

function planResume(
  { clock, definitions }: CapabilityDeps,
  { row, log }: Paused,
  { principal }: CallContext,
): Result<Steering, Problem> {
  if (row.finished_at_ms !== null || pauseOf(log) === undefined) {
    const reason = row.finished_at_ms === null ? 'is not paused' : 'has ended already';
    const remedy = `See how it is: novacron execution inspect ${row.id}`;
    return err(refused(row, `cannot be resumed: it ${reason}`, { remedy }));
  }
  const nowMs = clock.nowMs();
  const deadlineMs = deadlineAfterStop(definitions.read(row), log, { ends: 'pause', nowMs });
  const deadline = deadlineMs === undefined ? {} : { deadline_ms: deadlineMs };
  const entry = { kind: 'resumed', by: principal.name, ...deadline } as const;
  return ok({ name: 'execution.resume', entry, changes: [], status: row.status });
}
