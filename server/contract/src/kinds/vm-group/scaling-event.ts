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
  trigger_type: z.string().describe('What decided: `policy`'),
  policy: z.string().nullable().describe('Name of the orchestration policy; null for others'),
  rule: z.string().nullable().describe('Name of its rule'),
  from: z.int().nullable().describe('Members before'),
  to: z.int().nullable().describe('Members that were wanted'),
  operation_id: OperationId.nullable().describe('The operation that changed the size'),
  metrics: JsonObject.describe('What was known of the group'),
  prediction: JsonObject.nullable().describe('What was expected to come; null without a forecast'),
});
export type ScalingEvent = z.infer<typeof ScalingEvent>;
