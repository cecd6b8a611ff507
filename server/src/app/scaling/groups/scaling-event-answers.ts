/** Records of decisions about sizes, as answers carry them. */
import { ScalingEvent } from '@novacron/contract/kinds/vm-group/scaling-event';
import type { ScalingEventRow } from '../../../ports/tables/orchestration-rows.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

const MS_PER_SECOND = 1_000;

/** Recorded facts about the change itself. */
export interface EventAction {
  readonly policy: string | null;
  readonly rule: string | null;
  readonly from: number | null;
  readonly to: number | null;
  readonly operation_id: string | null;
  readonly reason: string | null;
  readonly limited_by: readonly string[];
  /** Size change of a member. */
  readonly member: ScalingEvent['member'];
}

const NOTHING_SAID: EventAction = {
  policy: null,
  rule: null,
  from: null,
  to: null,
  operation_id: null,
  reason: null,
  limited_by: [],
  member: null,
};

/** Reads it. */
export function eventAction({ action }: Pick<ScalingEventRow, 'action'>): EventAction {
  return { ...NOTHING_SAID, ...parseStored<Partial<EventAction>>(action) };
}

/** Facts that became known after the change. */
interface EventEffect {
  readonly metrics: Readonly<Record<string, number>>;
  readonly accuracy: number | null;
}

/** Reads it; undefined where it is not known yet. */
function eventEffect({
  effect_json: text,
}: Pick<ScalingEventRow, 'effect_json'>): EventEffect | undefined {
  return text === null ? undefined : parseStored<EventEffect>(text);
}

/** The record as answers carry it. */
export function toScalingEvent(row: ScalingEventRow): ScalingEvent {
  const { policy, rule, from, to, operation_id, reason, limited_by, member } = eventAction(row);
  const effect = eventEffect(row);
  const { scaling_outcome: outcome, ended_at_ms: endedMs, timestamp } = row;
  const hasRun = outcome === 'measuring' || outcome === 'succeeded' || outcome === 'failed';
  return ScalingEvent.parse({
    id: row.id,
    at: toTimestamp(timestamp),
    group_id: row.cluster_id,
    trigger_type: row.trigger_type,
    policy,
    rule,
    from,
    to,
    operation_id,
    reason,
    limited_by: [...limited_by],
    outcome: outcome === 'measuring' ? 'succeeded' : (outcome ?? 'unknown'),
    seconds: hasRun && endedMs !== null ? (endedMs - timestamp) / MS_PER_SECOND : null,
    member,
    metrics: JSON.parse(row.metrics),
    after: effect?.metrics ?? null,
    prediction: JSON.parse(row.prediction),
    prediction_accuracy: effect?.accuracy ?? null,
  });
}
