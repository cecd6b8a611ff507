/** Computes the durations of the steps of executions from their logs. */
import { isStepEntry } from '@novacron/engine/sagas/log/log-entry';
import type { TimedEntry } from '@novacron/engine/sagas/log/step-times';
import type { Store } from '../../../../ports/store.ts';
import type { WorkflowRow } from '../../../../ports/tables/automation/workflow-rows.ts';
import { readTimedLog } from '../../../kernel/operations/answer-operation.ts';

/** Executions that durations are learned from: the newest, as fleets and texts change. */
const EXECUTIONS_MAX = 30;

/** Entries that are read for one answer: long lists of items make long logs. */
const ENTRIES_MAX = 20_000;

/** Durations of steps in earlier executions. */
export interface DurationSamples {
  /** Durations of each step that has succeeded, by its id. Unit: ms. */
  readonly samples: ReadonlyMap<string, readonly number[]>;
  readonly executions: number;
}

/**
 * Reads how long the steps of a workflow took in the newest executions that have ended, whichever
 * version they ran. A step that was left out, or that has not succeeded, says nothing.
 */
export async function readDurations(
  store: Store,
  { id, tenant_id }: Pick<WorkflowRow, 'id' | 'tenant_id'>,
): Promise<DurationSamples> {
  const rows = await store.read({
    from: 'operations',
    where: { tenant_id, target_id: id, kind: 'workflow.run', finished_at_ms: { above: 0 } },
    orderBy: { column: 'id', direction: 'desc' },
    limit: EXECUTIONS_MAX,
    damaged: 'blank',
  });
  const samples = new Map<string, number[]>();
  let executions = 0;
  let left = ENTRIES_MAX;
  for (const row of rows) {
    if (left <= 0) break;
    const log = await readTimedLog(store, row.id);
    left -= log.length;
    executions += 1;
    for (const [step, durationMs] of durationsOf(log)) {
      const known = samples.get(step);
      if (known === undefined) samples.set(step, [durationMs]);
      else known.push(durationMs);
    }
  }
  return { samples, executions };
}

/** Durations of the steps that have succeeded; one that is repeated ends with its last item. */
function durationsOf(log: readonly TimedEntry[]): ReadonlyMap<string, number> {
  const started = new Map<string, number>();
  const durations = new Map<string, number>();
  const undone = new Set<string>();
  for (const { entry, atMs } of log) {
    if (!isStepEntry(entry)) continue;
    const [step = ''] = entry.step.split('[');
    const startedMs = started.get(step) ?? atMs;
    started.set(step, startedMs);
    if (entry.kind === 'succeeded' && entry.direction === 'do') {
      if (entry.skipped === undefined) durations.set(step, atMs - startedMs);
    } else if (entry.kind !== 'started') undone.add(step);
  }
  return new Map([...durations].filter(([step]) => !undone.has(step)));
}
