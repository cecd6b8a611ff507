/** Records of decisions about the sizes of VM groups. */
import { canonicalJson, type JsonObject } from '@novacron/contract/json';
import type {
  ScalingEvent,
  ScalingOutcome,
  ScalingTrigger,
} from '@novacron/contract/kinds/vm-group/scaling-event';
import type { Change } from '../../../ports/store.ts';
import type { ScalingEventRow } from '../../../ports/tables/orchestration-rows.ts';
import type { ResourceDeps } from '../deps.ts';

/** A decision, as it is recorded. */
export interface ScalingRecord {
  readonly tenantId: string;
  readonly groupId: string;
  readonly trigger: ScalingTrigger;
  /** Name of the orchestration policy; null for others. */
  readonly policy: string | null;
  /** Name of the rule of the policy, or metric of the rule of the group; null without one. */
  readonly rule: string | null;
  readonly from: number | null;
  readonly to: number | null;
  /** The operation that changes the size; null where nothing is changed. */
  readonly operationId: string | null;
  readonly reason: string | null;
  readonly limitedBy: readonly string[];
  readonly metrics: JsonObject;
  readonly prediction: JsonObject | null;
  readonly outcome: ScalingOutcome;
  /** The member whose size is changed; undefined where the number of members is. */
  readonly member?: NonNullable<ScalingEvent['member']>;
}

/** The change that adds a record; committed together with what it is about. */
export function scalingEventChange(
  { ids, clock }: Pick<ResourceDeps, 'ids' | 'clock'>,
  record: ScalingRecord,
): Change {
  const { tenantId, groupId, trigger, metrics, prediction, outcome, ...about } = record;
  const { policy, rule, from, to, operationId, reason, limitedBy, member } = about;
  const nowMs = clock.nowMs();
  const row: ScalingEventRow = {
    id: ids.next('sce'),
    tenant_id: tenantId,
    cluster_id: groupId,
    trigger_type: trigger,
    metrics: canonicalJson(metrics),
    prediction: canonicalJson(prediction),
    action: canonicalJson({
      policy,
      rule,
      from,
      to,
      operation_id: operationId,
      reason,
      limited_by: [...limitedBy],
      ...(member && { member }),
    }),
    timestamp: nowMs,
    scaling_outcome: outcome,
    ended_at_ms: outcome === 'running' ? null : nowMs,
    effect_json: null,
  };
  return { kind: 'put', into: 'scaling_events', row };
}
