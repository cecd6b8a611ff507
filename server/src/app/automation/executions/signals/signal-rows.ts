/** Signals as the store has them. */
import type { ExecutionStep } from '@novacron/contract/automation/execution';
import { ExecutionSignal, signalMsOf } from '@novacron/contract/automation/signal';
import type { LogEntry } from '@novacron/engine/sagas/log/log-entry';
import type { PlannedStep } from '@novacron/engine/sagas/rules/expand-steps';
import type { StepState } from '@novacron/engine/sagas/rules/step-states';
import type { Change } from '../../../../ports/store.ts';
import type { ExecutionSignalRow } from '../../../../ports/tables/automation/workflow-rows.ts';
import type { Tables } from '../../../../ports/tables/tables.ts';
import type { StepAction } from '../../../kernel/definitions/operation-definition.ts';
import { replan } from '../../../rows/resource-problems.ts';
import { toTimestamp } from '../../../rows/to-timestamp.ts';

/** The id of the row of a signal. */
export function signalIdOf(executionId: string, name: string): string {
  return `${executionId}/${name}`;
}

/** The row of a signal that a step begins to wait for. */
export function awaitedSignal(
  { id, tenant_id }: Pick<Tables['operations'], 'id' | 'tenant_id'>,
  name: string,
): ExecutionSignalRow {
  return {
    id: signalIdOf(id, name),
    tenant_id,
    execution_id: id,
    name,
    state: 'awaited',
    data_json: '{}',
    sent_by: null,
    sent_at_ms: null,
  };
}

/** Guard: the signal has not come. */
export function stillAwaited({ id, name }: Pick<ExecutionSignalRow, 'id' | 'name'>): Change {
  const otherwise = replan(`The signal ${name}`);
  const expect = { state: 'awaited' } as const;
  return { kind: 'update', table: 'execution_signals', id, set: {}, expect, otherwise };
}

/** Signals as answers have them, oldest first; those that are only waited for are left out. */
export function toSignals(rows: readonly ExecutionSignalRow[]): readonly ExecutionSignal[] {
  return rows
    .filter(({ state }) => state === 'received')
    .toSorted((left, right) => (left.sent_at_ms ?? 0) - (right.sent_at_ms ?? 0))
    .map((row) =>
      ExecutionSignal.parse({
        name: row.name,
        sent_at: toTimestamp(row.sent_at_ms ?? 0),
        sent_by: row.sent_by ?? '',
      }),
    );
}

/** The signal that a step waits for now, and until when; null unless it does. */
export function signalOf(
  { name: step, action }: PlannedStep<StepAction>,
  { forward, backward }: StepState,
  log: readonly LogEntry[],
): ExecutionStep['signal'] {
  const name = action.kind === 'automation' ? action.step.wait?.signal : undefined;
  if (name === undefined || action.kind !== 'automation') return null;
  if (forward.kind !== 'started' || backward.kind !== 'untouched') return null;
  const start = log.findLast((entry) => entry.kind === 'started' && entry.step === step);
  const startedMs = (start?.kind === 'started' ? start.at_ms : undefined) ?? 0;
  return { name, until: toTimestamp(startedMs + signalMsOf(action.step)) };
}
