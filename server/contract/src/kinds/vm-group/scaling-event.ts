/** Scaling events: decisions about the sizes of VM groups, and what became of them. */
import { z } from 'zod';
import { OperationId, ScalingEventId, VmGroupId, VmId } from '../../ids.ts';
import { JsonObject } from '../../json.ts';
import { Timestamp } from '../../schema/resource.ts';

/**
 * Trigger of a decision: an orchestration policy, the kind of the group's rule that requested the
 * size, a schedule or the sizes of the group, a forecast, a person, the usage of members
 * (`vertical`), or a trained model (`autonomous`). Rules of kind `threshold` count as `step` (adds
 * members), `queue` rules as `target` (computes a size).
 */
export const ScalingTrigger = z.enum([
  'policy',
  'target',
  'step',
  'schedule',
  'predictive',
  'manual',
  'vertical',
  'autonomous',
]);
export type ScalingTrigger = z.infer<typeof ScalingTrigger>;

/**
 * Outcome of an event's change. `recommended`: nothing was changed, because of the mode of the
 * group; `refused`: the change was not admitted.
 */
export const ScalingOutcome = z.enum([
  'running',
  'succeeded',
  'failed',
  'refused',
  'recommended',
  'unknown',
]);
export type ScalingOutcome = z.infer<typeof ScalingOutcome>;

const MemberSize = z.looseObject({
  cpu_cores: z.int().describe('CPU cores'),
  memory_gb: z.number().describe('Memory. Unit: GB.'),
});

/** Change of a member's size. */
const MemberChange = z.looseObject({
  vm_id: VmId,
  why: z
    .string()
    .describe('`recommended`; `follow`: as another member; `revert`: to its former size'),
  configured: MemberSize.describe('What the group configured then'),
  before: MemberSize.describe('Size before'),
  after: MemberSize.describe('Size after'),
});

/** One decision to change the size of a group. */
export const ScalingEvent = z.looseObject({
  id: ScalingEventId,
  at: Timestamp,
  group_id: VmGroupId,
  trigger_type: z
    .string()
    .describe(
      'Source of the decision: `policy`, `target`, `step`, `schedule`, `predictive`, `manual`; ' +
        '`vertical`: the size of a member was changed, not their number; `autonomous`: a trained ' +
        'model decided',
    ),
  policy: z.string().nullable().describe('Name of the orchestration policy; null for others'),
  rule: z.string().nullable().describe('Name of the rule of the policy, or metric of the group'),
  from: z.int().nullable().describe('Number of members before the change'),
  to: z.int().nullable().describe('Desired number of members'),
  operation_id: OperationId.nullable().describe('Operation that changed the size'),
  reason: z.string().describe('Why, in words'),
  limited_by: z
    .array(z.string())
    .describe('What kept the group from the size that its rules wanted, such as `quota`'),
  outcome: ScalingOutcome.describe(
    '`running`; `succeeded` or `failed` when its operation has ended; `refused`, `recommended`: ' +
      'nothing was changed; `unknown`: its operation is not stored any more',
  ),
  seconds: z
    .number()
    .nullable()
    .describe('From the decision to the end of its operation. Unit: seconds; null: not ended'),
  member: MemberChange.nullable().describe(
    'The member whose size was changed; null where the number of members was',
  ),
  metrics: JsonObject.describe('Metrics of the group at the time of the decision'),
  after: JsonObject.nullable().describe(
    'Metrics of the group some minutes after the change; null: not known yet',
  ),
  prediction: JsonObject.nullable().describe('Forecast; null without one'),
  prediction_accuracy: z
    .number()
    .nullable()
    .describe('How near the forecast was to what came, 0 to 1; null: not known yet'),
});
export type ScalingEvent = z.infer<typeof ScalingEvent>;
