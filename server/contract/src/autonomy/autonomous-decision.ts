/** Autonomous decisions: what a trained model chose for VM groups, and what came of it. */
import { z } from 'zod';
import { AutonomousDecisionId, OperationId, VmGroupId } from '../ids.ts';
import { PrincipalName, Timestamp } from '../schema/resource.ts';

/** What can be decided, in the order of the outputs of models. */
export const DecisionAction = z.enum([
  'scale_up',
  'scale_down',
  'migrate',
  'rebalance',
  'adjust_policy_draft',
  'enable_feature',
  'disable_feature',
  'wait',
]);
export type DecisionAction = z.infer<typeof DecisionAction>;

/** `shadow`: decisions are only recorded. */
export const AutonomyMode = z.enum(['shadow', 'apply']);
export type AutonomyMode = z.infer<typeof AutonomyMode>;

/** What became of a decision. */
export const DecisionStatus = z.enum([
  'shadow',
  'waiting',
  'running',
  'succeeded',
  'failed',
  'refused',
  'superseded',
]);
export type DecisionStatus = z.infer<typeof DecisionStatus>;

const ratio = (words: string) => z.number().describe(`${words}, 0 to 1`);

const Influence = z.looseObject({
  feature: z.string().describe('Measurement, such as `cpu_usage_soon`'),
  value: z.number(),
  usual: z.number().describe('Mean of the training'),
  share: z.number().describe('Contribution to the choice; above 0: in its favor'),
});

const Impact = z.looseObject({
  vms: z.int().describe('Change of the number of VMs, which is that of VM-hours per hour, too'),
  moves: z.int().describe('VMs that are moved'),
  cpu_usage_soon: z.number().describe('CPU usage in 15 minutes. Unit: percent'),
  cost_per_hour: z
    .number()
    .nullable()
    .describe(
      'Change of the cost per hour, in the currency, at the mean price of the members; null if ' +
        'one of them has no price',
    ),
  cost_per_month: z.number().nullable().describe('The same for a month of 730 hours'),
  currency: z.string().nullable().describe('Of the price list; null: there is none'),
});

const Limits = z.looseObject({
  size_min: z.int().describe('Fewest members'),
  size_max: z.int().describe('Most members, by the group and the quotas of the tenant'),
  min_confidence: ratio('Least confidence of a decision other than to wait'),
});

const DecisionOverride = z.looseObject({
  action: DecisionAction.describe('What the person considers right'),
  reason: z.string(),
  by: PrincipalName,
  at: Timestamp,
});

/** What followed a decision. */
const DecisionOutcome = z.looseObject({
  cpu_usage: z.number().describe('CPU usage 15 minutes later. Unit: percent'),
  size: z.int().describe('Number of members then'),
  cpu_usage_decided: z
    .number()
    .describe('CPU usage then at the size that was decided. Unit: percent'),
  was_right: z
    .boolean()
    .describe(
      'Whether the decided size kept the CPU usage within 85 percent, and more VMs were needed ' +
        'where it added some',
    ),
  preferred_was_right: z
    .boolean()
    .describe('The same of the size that the model preferred; later decisions learn from it'),
  advantage: z
    .number()
    .describe(
      "What the size of the group's own rules would have cost more in 5 minutes, an overload " +
        'counted as 2 VM-hours. Unit: VM-hours; below 0: less',
    ),
});

/** A decision about one VM group. */
export const AutonomousDecision = z.looseObject({
  id: AutonomousDecisionId,
  at: Timestamp,
  group_id: VmGroupId,
  group: z.string().describe('Name of the group'),
  action: DecisionAction,
  preferred: DecisionAction.describe(
    'What the model preferred; differs from `action` if the confidence was too low',
  ),
  size_from: z.int().describe('Number of members'),
  size_to: z.int().describe('Number of members that was decided'),
  size_preferred: z.int().describe('Number of members that the model preferred'),
  size_rules: z.int().describe("Number of members that the group's own rules recommended then"),
  model: z.string().describe('Checksum of the model'),
  status: DecisionStatus.describe(
    '`shadow`: only recorded; `waiting`: for an approval; `running`, `succeeded`, `failed`: its ' +
      'operation; ' +
      '`refused`: see `detail`; `superseded`: it waited until another decision was made',
  ),
  detail: z.string().nullable().describe('Why it waits, or was refused'),
  confidence: ratio(
    'Share of similar decisions in the validation that were right; less where earlier decisions ' +
      'of the tenant turned out to be wrong',
  ),
  expected_impact: Impact.describe('Expected effects, compared with waiting'),
  reasoning: z.array(z.string()).describe('Why, a sentence an item'),
  influences: z.array(Influence).describe('Measurements that mattered most, the strongest first'),
  state: z.record(z.string(), z.number()).describe('Measurements that it was decided from'),
  absent: z
    .array(z.string())
    .describe('Measurements that have no value: their means of the training were used'),
  forbidden: z
    .array(z.looseObject({ action: DecisionAction, why: z.string() }))
    .describe('Actions that were not allowed, and why'),
  limits: Limits.describe('Limits of the decision'),
  operation_id: OperationId.nullable(),
  outcome: DecisionOutcome.nullable().describe('What followed; null: not known yet'),
  override: DecisionOverride.nullable().describe('What a person said against it; null: nothing'),
});
export type AutonomousDecision = z.infer<typeof AutonomousDecision>;

/** Autonomy of a tenant. */
export const AutonomySettings = z.looseObject({
  mode: AutonomyMode.describe('`shadow`: decisions are only recorded; `apply`: carried out'),
  min_confidence: ratio('Least confidence of a decision that is carried out'),
  stopped: z
    .string()
    .nullable()
    .describe(
      "Why decisions are only recorded, even in the mode `apply`: the groups' own rules would " +
        'have cost less; null: they are not stopped',
    ),
});
export type AutonomySettings = z.infer<typeof AutonomySettings>;

/** Changes it; what is absent stays. */
export const AutonomySettingsUpdate = z.strictObject({
  mode: AutonomyMode.optional().describe('Default: `shadow`'),
  min_confidence: z.number().min(0.5).max(1).optional().describe('Default: 0.75'),
});
