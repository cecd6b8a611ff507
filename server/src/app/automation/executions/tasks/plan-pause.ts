/** Plans pauses of executions and their ends. */
import { err, ok } from '@novacron/contract/result';
import { checkPause } from '@novacron/engine/sagas/check-operator-action';
import { deadlineAfterStop } from '@novacron/engine/sagas/rules/decide-rollback';
import { pauseOf } from '@novacron/engine/sagas/rules/pause-of';
import { refused } from '../../../kernel/operations/steer-operations.ts';
import type { PlanOfPart } from './steer-part.ts';

/** Plans a pause. Problems: `validation-failed` where there is nothing to pause */
export const planPause: PlanOfPart = ({ clock, definitions }, { row, log }, { principal }) => {
  const nowMs = clock.nowMs();
  const isOver = row.finished_at_ms !== null;
  const reason = isOver ? 'has ended already' : checkPause(definitions.read(row), log, nowMs);
  if (reason !== undefined) {
    const remedy = `See its state: novacron execution inspect ${row.id}`;
    return err(refused(row, `cannot be paused: it ${reason}`, { remedy }));
  }
  const entry = { kind: 'paused', by: principal.name, at_ms: nowMs } as const;
  return ok({ name: 'execution.pause', entries: [entry], changes: [], status: row.status });
};

/** Plans the end of a pause. Problems: `validation-failed` where it is not paused */
export const planResume: PlanOfPart = ({ clock, definitions }, { row, log }, { principal }) => {
  if (row.finished_at_ms !== null || pauseOf(log) === undefined) {
    const reason = row.finished_at_ms === null ? 'is not paused' : 'has ended already';
    const remedy = `See its state: novacron execution inspect ${row.id}`;
    return err(refused(row, `cannot be resumed: it ${reason}`, { remedy }));
  }
  const nowMs = clock.nowMs();
  const deadlineMs = deadlineAfterStop(definitions.read(row), log, { ends: 'pause', nowMs });
  const deadline = deadlineMs === undefined ? {} : { deadline_ms: deadlineMs };
  const entry = { kind: 'resumed', by: principal.name, ...deadline } as const;
  return ok({ name: 'execution.resume', entries: [entry], changes: [], status: row.status });
};
