/** Drift: a difference between what was last applied and what is, with its cause. */
import { z } from 'zod';
import { PrincipalName, Timestamp } from '../schema/resource.ts';
import { ResourceKind } from '../schema/resource-kind.ts';

/** Levels of the seeds, most severe first. */
export const DRIFT_SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
/** Severity of a drift. */
export const DriftSeverity = z.enum(DRIFT_SEVERITIES);
export type DriftSeverity = z.infer<typeof DriftSeverity>;

/** One field that is no longer as it was applied. */
export const DriftField = z.looseObject({
  field: z.string(),
  was: z.json().describe('Applied value'),
  is: z.json().describe('Current value'),
  wanted: z.json().describe('Value that a remediation restores'),
  drift_class: z.enum(['security', 'availability', 'cost', 'cosmetic']),
  why: z
    .string()
    .optional()
    .describe('Cause of the change, if its node knows it: "the guest shut itself down"'),
});
export type DriftField = z.infer<typeof DriftField>;

/** Parts of NovaCron that act by themselves, within policy: what they change is explained. */
export const AUTONOMOUS_KINDS = ['autoscaler', 'healer', 'migration', 'policy'] as const;

/**
 * Kind of actor behind a change. `platform` is NovaCron on behalf of a user, `guest` the VM's own
 * system, `hypervisor` the state that a node was observed to run, `unknown` an actor of a
 * kind that this release does not know.
 */
export const CauseKind = z.enum([
  'person',
  'api_key',
  'terraform',
  ...AUTONOMOUS_KINDS,
  'guest',
  'hypervisor',
  'platform',
  'unknown',
]);
export type CauseKind = z.infer<typeof CauseKind>;

/** Actor, means and time of a change. */
export const DriftCause = z.looseObject({
  principal: z.string().describe('Actor of the latest of these changes'),
  kind: CauseKind.optional().describe('Kind of actor; absent for an adoption'),
  client: z.string().describe('Client program: terraform, cli, rest'),
  request_id: z.string(),
  at: Timestamp,
});
export type DriftCause = z.infer<typeof DriftCause>;

/** One resource that is no longer as its deployment applied it. */
export const DriftRecord = z.looseObject({
  resource_kind: ResourceKind,
  resource_id: z.string(),
  resource_name: z.string(),
  severity: DriftSeverity,
  drift_percent: z
    .number()
    .describe('Changed values in percent of the applied ones. Unit: percent.'),
  fields: z.array(DriftField),
  fields_left_out: z.int().optional().describe('Number of further fields that are not listed'),
  causes: z.array(DriftCause).describe('Causes of the changes, latest first'),
  deployment: z.string().describe('Deployment that applied the resource'),
  applied_at: Timestamp,
  drift_class: z
    .enum(['security', 'availability', 'cost', 'cosmetic'])
    .optional()
    .describe('Most severe class of its fields'),
  detected_at: Timestamp.optional().describe(
    'Time at which NovaCron detected it; absent until then',
  ),
  flaps: z
    .int()
    .optional()
    .describe('Number of times that the drift has recurred shortly after it ended'),
});
export type DriftRecord = z.infer<typeof DriftRecord>;

/** A drift record with its explanation: the same lines in plan, API and CLI. */
export const ExplainedDriftRecord = DriftRecord.extend({
  explanation: z
    .array(z.string())
    .describe('Explanation in lines for people: changes, severity, causes, next steps'),
});
export type ExplainedDriftRecord = z.infer<typeof ExplainedDriftRecord>;

/** A difference that is not drift, because it is accounted for. */
export const ExplainedChange = z.looseObject({
  resource_kind: ResourceKind,
  resource_id: z.string(),
  resource_name: z.string(),
  deployment: z.string(),
  why: z
    .enum(['platform', 'adopted', 'ignored'])
    .describe('Changed by NovaCron within policy, adopted as the baseline, or muted'),
  fields: z.array(DriftField).describe('Causes of the changes; empty if they were adopted'),
  causes: z.array(DriftCause),
  until: Timestamp.nullable().describe('Time until which the drift is muted'),
  reason: z.string().nullable().describe('Reason for muting the drift'),
});
export type ExplainedChange = z.infer<typeof ExplainedChange>;

/** A deleted resource, which no comparison finds because its baseline was deleted with it. */
export const DeletedResource = z.looseObject({
  resource_kind: ResourceKind,
  resource_id: z.string(),
  resource_name: z.string().describe('Name of the deleted resource'),
  severity: DriftSeverity,
  cause: DriftCause,
  explanation: z
    .array(z.string())
    .describe('Explanation in lines for people: the cause and the next steps'),
});
export type DeletedResource = z.infer<typeof DeletedResource>;

/** One cause, and all that it changed. */
export const DriftGroup = z.looseObject({
  cause: z.string().describe('Identifies the cause: KIND/PRINCIPAL/CLIENT, or unknown'),
  severity: DriftSeverity.describe('Most severe drift of its resources'),
  resource_ids: z.array(z.string()),
  summary: z.string(),
});
export type DriftGroup = z.infer<typeof DriftGroup>;

/** A baseline that is not what was recorded. */
export const TamperedBaseline = z.looseObject({
  resource_kind: ResourceKind,
  resource_id: z.string(),
  deployment: z.string(),
  detail: z.string(),
});
export type TamperedBaseline = z.infer<typeof TamperedBaseline>;

/** Baseline that drift of a resource is measured from. */
export const Baseline = z.looseObject({
  resource_kind: ResourceKind,
  resource_id: z.string(),
  deployment: z.string(),
  applied: z.record(z.string(), z.json()).describe('Fields in canonical order'),
  hash: z.string().describe('SHA-256 of the whole baseline in canonical JSON'),
  applied_at: Timestamp,
  applied_by: PrincipalName,
  origin: z
    .enum(['apply', 'adopt'])
    .describe('A Terraform apply, or a user who adopted the current state'),
  proof: z
    .enum(['proven', 'unproven', 'tampered'])
    .describe(
      'proven: the audit log contains the hash; unproven: older than the entries of the ' +
        'log; tampered: the log contains another hash',
    ),
});
export type Baseline = z.infer<typeof Baseline>;
