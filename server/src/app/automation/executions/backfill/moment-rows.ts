/** Moments of schedules that have started executions, so that none starts a second one. */
import { problem } from '@novacron/contract/problem/problem';
import type { Change } from '../../../../ports/store.ts';
import type {
  ScheduleMomentRow,
  WorkflowTriggerRow,
} from '../../../../ports/tables/automation/workflow-rows.ts';
import type { CapabilityDeps } from '../../../platform/deps.ts';

/** A moment of a schedule: the id of its row, and the moment without jitter. */
export interface ScheduleMoment {
  readonly schedule: Pick<WorkflowTriggerRow, 'id' | 'tenant_id'>;
  readonly nominalMs: number;
}

/** The id of the row of a moment. */
export function momentIdOf({ schedule, nominalMs }: ScheduleMoment): string {
  return `${schedule.id}/${nominalMs}`;
}

/** Stores that a moment starts an execution; fails where it has started one before. */
export function insertMoment(
  moment: ScheduleMoment,
  of: Pick<ScheduleMomentRow, 'execution_id' | 'source'>,
): Change {
  const { schedule } = moment;
  const row = { id: momentIdOf(moment), tenant_id: schedule.tenant_id, ...of };
  // Not planned again: another start of the same moment would fail in the same way.
  const otherwise = problem('conflict', {
    detail: 'An execution for this scheduled time was just started.',
    remedy: 'Send the request again to see which one.',
  });
  return { kind: 'insert', into: 'schedule_moments', row, otherwise };
}

/** Finds those of some moments that have started executions, by the ids of their rows. */
export async function findMoments(
  { store }: Pick<CapabilityDeps, 'store'>,
  moments: readonly ScheduleMoment[],
): Promise<ReadonlyMap<string, ScheduleMomentRow>> {
  if (moments.length === 0) return new Map();
  const rows = await store.read({
    from: 'schedule_moments',
    where: { id: { in: moments.map(momentIdOf) } },
  });
  return new Map(rows.map((row) => [row.id, row]));
}
