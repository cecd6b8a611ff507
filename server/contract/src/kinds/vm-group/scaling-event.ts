/** Scaling events: the changes of the sizes of VM groups that NovaCron decided itself. */
import { z } from 'zod';
import { OperationId, ScalingEventId, VmGroupId } from '../../ids.ts';
import { JsonObject } from '../../json.ts';
import { Timestamp } from '../../schema/resource.ts';

/** One decision to change the size of a group. */
export const ScalingEvent = z.looseObject({
  id: ScalingEventId,
  at: Timestamp,
  group_id: VmGroupId,
  trigger_type: z.string().describe('Source of the decision: `policy`'),
  policy: z.string().nullable().describe('Name of the orchestration policy; null for others'),
  rule: z.string().nullable().describe('Name of the rule'),
  from: z.int().nullable().describe('Number of members before the change'),
  to: z.int().nullable().describe('Desired number of members'),
  operation_id: OperationId.nullable().describe('Operation that changed the size'),
  metrics: JsonObject.describe('Metrics of the group at the time of the decision'),
  prediction: JsonObject.nullable().describe('Forecast; null without one'),
});
export type ScalingEvent = z.infer<typeof ScalingEvent>;
