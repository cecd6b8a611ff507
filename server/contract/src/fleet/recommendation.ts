/** Recommendations: what to change, what it brings, how sure that is, and how it is taken back. */
import { z } from 'zod';
import { VmId } from '../ids.ts';
import { JsonObject } from '../json.ts';
import { Operation } from '../operation/operation.ts';
import { ProblemDocument } from '../problem/problem.ts';
import { Timestamp } from '../schema/resource.ts';

const lines = (description: string) => z.array(z.string()).describe(description);

const percent = (description: string) =>
  z.number().nullable().describe(`${description}. Unit: percent; null: not known.`);

/** Who recommends. */
export const RecommendationSource = z
  .enum(['right_sizing', 'capacity', 'optimizer'])
  .describe(
    '`right_sizing`: CPU and memory of a VM or a group; `capacity`: the capacity plan; ' +
      '`optimizer`: moves of VMs between nodes',
  );
export type RecommendationSource = z.infer<typeof RecommendationSource>;

/** What gets better. */
export const RecommendationTarget = z.enum([
  'cpu',
  'memory',
  'latency',
  'cost',
  'consolidation',
  'capacity',
]);
export type RecommendationTarget = z.infer<typeof RecommendationTarget>;

/** Whether it was followed, and what came of that. */
export const RecommendationState = z
  .enum(['open', 'applied', 'verified', 'taken_back', 'superseded'])
  .describe(
    '`open`: not followed; `applied`: followed, and measured since; `verified`: it holds a day ' +
      'later; `taken_back`: the new size was too small; `superseded`: the size was changed since',
  );
export type RecommendationState = z.infer<typeof RecommendationState>;

/** A write that follows a recommendation. */
const RecommendedAction = z.looseObject({
  operation: z.string().describe('Name of the operation, such as `vm.update`'),
  input: JsonObject.describe('Its input'),
  undo: JsonObject.nullable().describe('Input that takes it back; null: it cannot be taken back'),
});

/** A recommendation. */
export const Recommendation = z.looseObject({
  id: z.string().describe('What it is about, such as `right_sizing:vm_…`; the same at any time'),
  source: RecommendationSource,
  target: RecommendationTarget,
  state: RecommendationState,
  subject_kind: z.enum(['vm', 'vm_group', 'fleet', 'capacity']),
  subject_id: z.string(),
  subject_name: z.string(),
  title: z.string().describe('The change, in a line'),
  estimated_improvement: percent('Expected improvement of the target'),
  improvement_lower: percent('Lower end of its 80 % interval'),
  improvement_upper: percent('Upper end of its 80 % interval'),
  confidence: z
    .number()
    .nullable()
    .describe('Share of such changes that held in replays, 0 to 1; null: none can be replayed'),
  actions: z.array(RecommendedAction).describe('Writes that follow it; empty: people have to act'),
  needs_approval: z
    .boolean()
    .describe('Whether another person approves it first: it cannot be taken back'),
  currency: z.string().nullable().describe('ISO 4217 code; null without a price list'),
  cost_per_hour_before: z.number().nullable().describe('null: not known'),
  cost_per_hour_after: z.number().nullable().describe('null: not known'),
  risks: lines('What speaks against it'),
  alternatives: lines('Other changes'),
  hcl: lines('Change of the Terraform configuration, where Terraform manages the subject'),
  explanation: lines('The reasons, in lines for people'),
  digest: z.string().describe('SHA-256 of its actions: `optimizer.apply` refuses another one'),
  measured_improvement: percent(
    'What was measured of it: of a smaller size, the part that right-sizing would not take back',
  ),
  applied_at: Timestamp.nullable(),
});
export type Recommendation = z.infer<typeof Recommendation>;

/** A signal that models learn from, and how far it is measured. */
export const TuningSignalSummary = z.looseObject({
  signal: z.string().describe('Name of the metric'),
  source: z
    .enum(['agents', 'written', 'prices'])
    .describe('`agents`: NovaCron measures it; `written`: with metric.write; `prices`: price list'),
  vms: z.int().describe('VMs with values in the last 14 days'),
  vms_total: z.int(),
});

/** A model of the latency of a VM. */
export const TuningModel = z.looseObject({
  vm_id: VmId,
  vm: z.string(),
  state: z
    .enum(['better', 'not_better', 'refused'])
    .describe(
      '`better`: than every simple rule, so it is used; `not_better`: it is not; `refused`: ' +
        'nothing can be learned',
    ),
  target: z.string(),
  features: z.array(z.string()),
  absent: z.array(z.string()).describe('Signals without a source, or always the same'),
  rows_trained: z.int(),
  rows_held_back: z.int(),
  error: z.number().nullable().describe('Mean absolute error of the model. Unit: seconds.'),
  rule: z.string().nullable().describe('The best simple rule'),
  rule_error: z.number().nullable().describe('Mean absolute error of the rule. Unit: seconds.'),
  explanation: lines('The same in words; with `verbose` also errors of all rules and importance'),
});

/** A recommendation of an earlier time, and what came then. */
const ReplayedRecommendation = z.looseObject({
  subject_id: z.string(),
  subject_name: z.string(),
  days_ago: z.number(),
  before: z.string(),
  after: z.string(),
  held: z.boolean().describe('Whether what came next would not have reversed it'),
  expected_improvement: z.number().describe('Unit: percent.'),
  realised_improvement: z.number().describe('Unit: percent.'),
});

/** What recommendations would have brought. */
export const TuningReplay = z.looseObject({
  days: z.int(),
  subjects: z.int().describe('VMs and groups with a history'),
  changes: z.array(ReplayedRecommendation).describe('The latest first, at most 1000'),
  held_ratio: z.number().nullable().describe('Share of the changes that held; null without any'),
  expected_improvement: percent('Mean of what they promised'),
  realised_improvement: percent('Mean of what was left of it'),
  explanation: lines('The same in words'),
});

/** What a request to follow a recommendation leads to. */
export const FollowedRecommendation = z.looseObject({
  outcome: z
    .enum(['planned', 'proposed', 'started', 'needs_approval', 'refused'])
    .describe(
      '`planned`: a dry run; `proposed`: change the Terraform configuration as in `hcl`; ' +
        '`started`: see its operation; `needs_approval`, `refused`: see its problem, whose data ' +
        'has the id of the approval that was requested',
    ),
  recommendation: Recommendation,
  operation: Operation.nullable(),
  problem: ProblemDocument.nullable(),
});
export type FollowedRecommendation = z.infer<typeof FollowedRecommendation>;
