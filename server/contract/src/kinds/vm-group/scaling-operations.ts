/** Rows of the operations table about the scaling of VM groups: what it does, and stopping it. */
import { z } from 'zod';
import { Deadline } from '../../formats/read-moment.ts';
import { VmGroupId } from '../../ids.ts';
import { change, look } from '../../operation/operation-shapes.ts';
import { PrincipalName, Timestamp } from '../../schema/resource.ts';
import { Rightsizing } from '../vm/rightsizing.ts';
import { ScalingMode, ScalingRuleKind } from './group-scaling.ts';
import { ScalingEvent } from './scaling-event.ts';

/** What a hold prevents: growth, shrinkage, or all changes. */
export const ScalingHoldDirection = z.enum(['up', 'down', 'both']);
export type ScalingHoldDirection = z.infer<typeof ScalingHoldDirection>;

/** An order to leave the size of a group as it is. */
export const ScalingHold = z.looseObject({
  group_id: VmGroupId,
  group: z.string().describe('Name of the group'),
  reason: z.string(),
  direction: ScalingHoldDirection.describe(
    'What it prevents: `up`: growth; `down`: shrinkage; `both`: also other sizes of members',
  ),
  held_at: Timestamp,
  held_by: PrincipalName,
  until: Timestamp.describe('Time at which it ends by itself'),
});
export type ScalingHold = z.infer<typeof ScalingHold>;

const REASON_LENGTH_MAX = 1_024;

const known = (words: string) => z.number().nullable().describe(`${words}; null: not known`);

/** Current result of a rule. */
const RuleWish = z.looseObject({
  kind: ScalingRuleKind,
  metric: z.string(),
  state: z
    .enum(['known', 'low_quorum', 'unknown'])
    .describe(
      '`unknown`: there is no value of late, so the rule wants nothing; `low_quorum`: too few ' +
        'members have one for the group to shrink',
    ),
  value: known('Value of the metric'),
  load: known('Load of the group'),
  load_expected: known('Load that is expected until new members are ready'),
  load_forecast: known('Largest load that the forecast has in the horizon'),
  load_lower: known('Lower end of its interval'),
  load_upper: known('Upper end of its interval'),
  size_measured: known('Size by what is measured now'),
  size_to_grow: known('Size that the group grows to, forecast included'),
  size_to_shrink: known('Size that the group may shrink to, forecast included'),
  size_lower: known('Size for `load_lower`'),
  size_upper: known('Size for `load_upper`'),
  forecast: z
    .string()
    .describe(
      'Whether a forecast takes part: `used`, `off`, `none`, `pending`, `inaccurate` or `stale`',
    ),
});

/** Reasons for the current size of a group. */
export const GroupExplanation = z.looseObject({
  group_id: VmGroupId,
  group: z.string().describe('Name of the group'),
  at: Timestamp.describe('Time of this answer, of which all figures are'),
  mode: ScalingMode.nullable().describe('Mode of its scaling; null: it has none'),
  size: z.int().describe('Desired number of members now'),
  ready_size: z.int().describe('Number of members that take their part of the load'),
  wanted_size: z.int().describe('Size that the rules want, before anything limits it'),
  next_size: z.int().describe('Size that would be decided now'),
  min_size: z.int().describe('Minimum that counts now, by group and schedules'),
  max_size: z.int().describe('Maximum that counts now, by group and schedules'),
  limited_by: z
    .array(z.string())
    .describe('What keeps the group from the wanted size, such as `cooldown` or `quota`'),
  rules: z
    .array(RuleWish)
    .describe('What each rule wants; `scaling.combine` says which size counts'),
  hold: ScalingHold.nullable().describe('Hold that applies to the group; null: none'),
  last_event: ScalingEvent.nullable().describe('Its latest change; null: none'),
  rightsizing: Rightsizing.nullable()
    .prefault(null)
    .describe(
      'CPU and memory that are recommended for the members by what they have used; null where ' +
        'the mode of `scaling.vertical` is `off`',
    ),
  explanation: z.array(z.string()).describe('The same in words, one sentence an item'),
});
export type GroupExplanation = z.infer<typeof GroupExplanation>;

/** State of scaling in a tenant, and its results. */
export const ScalingStatus = z.looseObject({
  groups: z.array(
    z.looseObject({
      group_id: VmGroupId,
      group: z.string().describe('Name of the group'),
      mode: ScalingMode,
      size: z.int(),
      min_size: z.int().describe('Minimum of the group itself'),
      max_size: z.int().describe('Maximum of the group itself'),
      next_size: z.int().nullable().describe('As decided last; null: not decided yet'),
      limited_by: z.array(z.string()),
      forecast_model: z
        .string()
        .nullable()
        .prefault(null)
        .describe('Model of the forecast that was used, or `ensemble`; null: none was'),
      decided_at: Timestamp.nullable(),
      cost_savings: known('What scaling has saved in the last 30 days, or since its creation'),
      roi: known('Savings divided by what its members have cost'),
    }),
  ),
  holds: z.array(ScalingHold).describe('Holds that apply'),
  total_scaling_actions: z.int().describe('Number of changes of sizes in the last 30 days'),
  successful_scaling_actions: z.int().describe('Number of those that succeeded'),
  average_scaling_time: z
    .number()
    .nullable()
    .describe('Mean time from decision to end of those. Unit: seconds; null: there were none'),
  model_accuracy: z
    .number()
    .nullable()
    .describe('Mean accuracy of the forecasts of those, 0 to 1; null: no forecast was used'),
  predictions: z.int().describe('Number of those changes in whose decision a forecast took part'),
  currency: z.string().nullable().describe('ISO 4217 code; null without a price list'),
  counterfactual: z
    .enum(['fixed_at_peak'])
    .describe(
      'What savings are compared with: `fixed_at_peak`: each group has its greatest number of ' +
        'running members for the whole period, at its mean rate',
    ),
  total_cost_savings: known('Savings of these groups together'),
  average_roi: known('Mean of the `roi` of these groups'),
});
export type ScalingStatus = z.infer<typeof ScalingStatus>;

const ofGroup = z.strictObject({ id: VmGroupId });

/** The rows by name. */
export const scalingOperations = {
  'vm_group.explain': {
    ...look,
    summary:
      'Explains the size of a VM group: what its rules request, the forecast, and what prevents ' +
      'another size.',
    rest: { method: 'GET', path: '/orchestration/autoscaling/groups/{id}', status: 200 },
    input: ofGroup,
    output: GroupExplanation,
    problems: ['not-found'],
  },
  'scaling.status': {
    ...look,
    summary: 'Shows which VM groups are scaled, their holds, and the outcomes of size changes.',
    rest: { method: 'GET', path: '/orchestration/autoscaling/status', status: 200 },
    input: z.strictObject({}),
    output: ScalingStatus,
    problems: [],
  },
  'scaling.hold': {
    ...change,
    summary: 'Holds the size of a VM group until a given time, or until the hold is released.',
    rest: { method: 'POST', path: '/orchestration/autoscaling/groups/{id}/hold', status: 200 },
    input: z.strictObject({
      id: VmGroupId,
      reason: z.string().min(1).max(REASON_LENGTH_MAX).describe('Reason, for others'),
      direction: ScalingHoldDirection.default('both').describe(
        'What the hold prevents: `up`: growth; `down`: shrinkage; `both`: also other sizes of ' +
          'members. Default: `both`',
      ),
      until: Deadline.default('1h').describe(
        'Time at which the hold ends by itself, RFC 3339, or a duration from now. Default: 1h',
      ),
    }),
    output: ScalingHold,
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'scaling.release': {
    ...change,
    summary: 'Releases the hold on the size of a VM group.',
    rest: { method: 'POST', path: '/orchestration/autoscaling/groups/{id}/release', status: 200 },
    input: ofGroup,
    output: z.looseObject({}),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
} as const;
