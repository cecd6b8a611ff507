/** Events about the steps of executions, from the entries of their logs. */
import { isStepEntry, type LogEntry } from '@novacron/engine/sagas/log/log-entry';
import type { Change } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { KernelDeps } from '../context/deps.ts';
import type { OperationDefinition } from '../definitions/operation-definition.ts';
import { eventChange } from '../events/events.ts';

type Deps = Pick<KernelDeps, 'ids' | 'clock'>;
type Row = Pick<Tables['operations'], 'id' | 'tenant_id' | 'target_name'>;

/** Event of a step. */
export interface StepNews {
  readonly step: string;
  readonly what:
    | 'started'
    | 'succeeded'
    | 'failed'
    | 'skipped'
    | 'repeated'
    | 'waiting'
    | 'taken_back';
  /** `retry`: another attempt follows a failed one. */
  readonly next?: 'retry' | 'final';
}

/** The operation whose log it is. */
interface StepsOf {
  readonly row: Row;
  readonly definition: { readonly execution?: OperationDefinition['execution'] | undefined };
}

/**
 * Returns the events of the entries that one commit appends; none where the operation is no
 * execution. They have no messages of failures, which the execution shows.
 */
export function stepEvents(
  deps: Deps,
  { row, definition }: StepsOf,
  entries: readonly LogEntry[],
): readonly Change[] {
  if (definition.execution === undefined) return [];
  return entries.flatMap((entry) => {
    const news = newsOf(entry);
    return news === undefined ? [] : [stepEvent(deps, row, news)];
  });
}

/** Returns the event about one step; an `operation_id` in it would name what has ended. */
export function stepEvent(deps: Deps, row: Row, { step, what, next }: StepNews): Change {
  const again = next === undefined ? {} : { next };
  return eventChange(deps, {
    tenantId: row.tenant_id,
    type: `execution.step.${what}`,
    source: 'automation',
    target: row.id,
    priority: what === 'failed' && next !== 'retry' ? 'high' : 'normal',
    data: { execution_id: row.id, workflow: row.target_name, step, ...again },
  });
}

function newsOf(entry: LogEntry): StepNews | undefined {
  if (!isStepEntry(entry)) return undefined;
  const { step, direction } = entry;
  if (direction === 'undo') {
    return entry.kind === 'succeeded' ? { step, what: 'taken_back' } : undefined;
  }
  switch (entry.kind) {
    case 'started':
      return { step, what: 'started' };
    case 'succeeded':
      // Of a step that is repeated: its list is known, and now its items begin.
      if (entry.items !== undefined) return { step, what: 'repeated' };
      return { step, what: entry.skipped === 'yes' ? 'skipped' : 'succeeded' };
    case 'failed':
      return { step, what: 'failed', next: entry.next };
  }
}
