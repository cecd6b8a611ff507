/** Dry runs of writes: what a plan asks before anything is changed. */
import { z } from 'zod';
import { PlacementDecision } from '../placement/placement.ts';
import {
  MemberPreview,
  PlacementPreviewShown,
  PreviewSession,
} from '../placement/placement-preview.ts';
import { FieldProblem, ProblemDocument } from '../problem/problem.ts';
import { RESOURCE_KINDS } from '../schema/resource-kind.ts';
import { PolicyVerdict } from './policy-verdict.ts';

/** The writes that every kind of resource has, all of which can be tried without doing them. */
const PREVIEWABLE_VERBS = ['create', 'update', 'delete'] as const;

/** The writes that can be tried without doing them. */
export const PreviewableOperation = z.enum(
  RESOURCE_KINDS.flatMap((kind) => PREVIEWABLE_VERBS.map((verb) => `${kind}.${verb}` as const)),
);
export type PreviewableOperation = z.infer<typeof PreviewableOperation>;

/**
 * Writes of objects that have no kind of resource: tenants, roles, reservations, waivers, data
 * documents of policies, and workflows.
 */
export const AdministrativeWrite = z.enum([
  'tenant.create',
  'tenant.update',
  'tenant.delete',
  'role.create',
  'role.update',
  'role.delete',
  'reservation.create',
  'reservation.delete',
  'policy_waiver.create',
  'policy_waiver.delete',
  'policy_data.create',
  'policy_data.update',
  'policy_data.delete',
  'workflow.create',
  'workflow.update',
  'workflow.delete',
  'price_list.create',
  'price_list.update',
  'price_list.delete',
  'budget.create',
  'budget.update',
  'budget.delete',
  'gitops_application.create',
  'gitops_application.update',
  'gitops_application.delete',
]);
export type AdministrativeWrite = z.infer<typeof AdministrativeWrite>;

/** The other writes with a dry run: those on nodes, and those that lose data or stop a VM. */
export const PreviewableAction = z.enum([
  'node.confirm_dead',
  'node.cut_off',
  'node.delete',
  'node.fence',
  'snapshot.restore',
  'vm.recover',
  'vm.reset',
  'vm.stop',
  'vm_group.replace_members',
]);
export type PreviewableAction = z.infer<typeof PreviewableAction>;

/** The writes that a preview can be asked about. */
export const PreviewedWrite = z.enum([
  ...PreviewableOperation.options,
  ...AdministrativeWrite.options,
  ...PreviewableAction.options,
  // Before its image is uploaded, which is then left out of the input.
  'volume.import',
  // With each task whose values are known before the run.
  'workflow.run',
]);

/** A warning about a write that was allowed. */
export const AdmissionWarning = z.looseObject({
  policy: z.string().describe('Name of the policy'),
  message: z.string(),
  version: z.int().optional().describe('Version of the policy'),
  rule_path: z
    .string()
    .optional()
    .describe('Rego rule that produced the warning, such as data.novacron.warn'),
  path: FieldProblem.shape.path
    .optional()
    .describe('Field that the warning refers to, if the policy names one'),
});
export type AdmissionWarning = z.infer<typeof AdmissionWarning>;

/** Something that a write would leave undone, although it is allowed. */
export const AdmissionRisk = z.looseObject({
  summary: z.string().describe('A few words, such as `No failover`'),
  message: z.string().describe('Risk, its reason, and how to avoid it'),
  path: FieldProblem.shape.path.optional().describe('Field that the risk comes from'),
});
export type AdmissionRisk = z.infer<typeof AdmissionRisk>;

/** The write to try, and what of it is not known yet. */
export const AdmissionPreviewInput = z.strictObject({
  operation: PreviewedWrite.describe('Operation to preview'),
  input: z.record(z.string(), z.unknown()).describe('Input of the operation, as far as known'),
  unknown: z
    .array(z.string())
    .default([])
    .describe(
      'Names of fields whose values are not known yet; absent from the input. Those inside of ' +
        'the `vm` of a VM group are paths: `vm.network_id`',
    ),
  moment: z
    .enum(['plan', 'apply'])
    .optional()
    .describe(
      'Whether the client plans or applies. A plan may place a VM although another one has its ' +
        'name or address, and what it has stored about its writes stays as it is during the ' +
        'apply. What is in use is refused a deletion only at apply: a plan may delete its users ' +
        'first',
    ),
  tentative: z
    .boolean()
    .optional()
    .describe(
      'The client may go on with its run although the VM has no node now, such as where the VM ' +
        'must be near one that has none yet',
    ),
  session: PreviewSession.optional().describe(
    "Id of the client's run: the VMs of one run are placed one after another, and the " +
      'preview of a VM is stored until the VM is created. The writes of one run may depend on ' +
      'each other: one takes a name or an address that another one gives up',
  ),
});

const perHour = (words: string) => z.number().nullable().describe(words);

/** What a write changes in costs. */
export const AdmissionCost = z.looseObject({
  currency: z.string().describe('Currency of the amounts, an ISO 4217 code'),
  per_hour_before: perHour('Cost per hour now; 0 for a create; null: not known'),
  per_hour_after: perHour(
    'Cost per hour after the write, of a VM group with its smallest size; null: not known, such ' +
      'as while its node is not',
  ),
  per_hour_max: perHour('Cost per hour of a VM group with its largest size; null: the same'),
});
export type AdmissionCost = z.infer<typeof AdmissionCost>;

/** The same in a preview, with what budgets leave of it. */
export const PreviewedCost = AdmissionCost.extend({
  run_per_hour: perHour(
    'What the writes of the session so far add to the cost per hour, with stopped VMs as if they ' +
      'ran; null: not known',
  ),
  budget: z
    .looseObject({
      name: z.string(),
      limit_per_hour: z.number().describe('Maximum cost per hour of the tenant now'),
      left_per_hour: z.number().describe('What is left of it before the session'),
    })
    .nullable()
    .describe('Budget with the lowest limit that refuses requests; null: there is none'),
});
export type PreviewedCost = z.infer<typeof PreviewedCost>;

/** Effect of sending the write now. */
export const AdmissionPreview = z.looseObject({
  problems: z.array(ProblemDocument).describe('All reasons why the write would be refused now'),
  warnings: z.array(AdmissionWarning),
  deferred: z.array(PolicyVerdict).describe('Decisions that depend on unknown values'),
  placement: PlacementDecision.nullable().describe('Placement of the VM; null if not requested'),
  placement_preview: PlacementPreviewShown.nullable()
    .prefault(null)
    .describe(
      'Stored placement of the VM, for its create; null without a session or while values ' +
        'are unknown',
    ),
  member_previews: z
    .array(MemberPreview)
    .prefault([])
    .describe(
      'Stored placements of the members of a VM group, for its create; empty without a session ' +
        'or while values are unknown',
    ),
  restarts: z
    .array(z.string())
    .prefault([])
    .describe('Changed fields that require a restart; empty for a live change'),
  respelled: z
    .array(z.string())
    .prefault([])
    .describe('Fields whose new value is equivalent to the current one'),
  inherited: z
    .record(z.string(), z.unknown())
    .prefault({})
    .describe('Default values of omitted fields, such as those from the template of a VM'),
  cost: PreviewedCost.nullable()
    .prefault(null)
    .describe('What it changes in costs; null without a price list, and for what costs nothing'),
  notices: z.array(z.string()).prefault([]).describe('Notices of NovaCron itself'),
  risks: z
    .array(AdmissionRisk)
    .prefault([])
    .describe('Risks that NovaCron sees in the write, such as failover that cannot happen'),
});
export type AdmissionPreview = z.infer<typeof AdmissionPreview>;
