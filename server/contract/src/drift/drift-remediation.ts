/** Remediation of drift: revert, adopt, or ignore for a while. */
import { z } from 'zod';
import { Deadline } from '../formats/read-moment.ts';
import { Operation } from '../operation/operation.ts';
import { ProblemDocument } from '../problem/problem.ts';
import { ResourceKind } from '../schema/resource-kind.ts';
import { DriftField, DriftSeverity } from './drift.ts';

/** revert: restore what was applied; adopt: the current state is the baseline; ignore: mute it. */
export const RemediationAction = z.enum(['revert', 'adopt', 'ignore']);
export type RemediationAction = z.infer<typeof RemediationAction>;

/** Remediation of a single resource. */
export const RemediationItem = z.looseObject({
  resource_kind: ResourceKind,
  resource_id: z.string(),
  resource_name: z.string(),
  severity: DriftSeverity,
  action: RemediationAction,
  outcome: z
    .enum(['planned', 'started', 'done', 'needs-approval', 'refused'])
    .describe(
      'planned: a dry run; started: see its operation; needs-approval, refused: see its ' +
        'problem, whose data has the id of the approval that was requested',
    ),
  fields: z.array(DriftField),
  hcl: z.array(z.string()).describe('Configuration to paste after adopting, line by line'),
  import: z.array(z.string()).describe('Import block, for a state without the resource'),
  operation: Operation.nullable(),
  problem: ProblemDocument.nullable(),
});
export type RemediationItem = z.infer<typeof RemediationItem>;

/** The most that one request is about. */
export const REMEDIATED_MAX = 100;

const ids = z.array(z.string().min(1).max(64)).min(1).max(REMEDIATED_MAX);

/** Asks for something to be done about drift. */
export const RemediationRequest = z.strictObject({
  action: RemediationAction.describe(
    'revert: restores the applied values; adopt: sets the current values as the ' +
      'baseline; ignore: mutes the drift until a date',
  ),
  ids: ids.optional().describe('Ids of drifted resources; alternatively set a cause'),
  cause: z
    .string()
    .max(300)
    .optional()
    .describe('All resources with this cause, as named in a report'),
  until: Deadline.optional().describe(
    'For ignore: time until which the drift is muted, RFC 3339, or a duration from now, such as 7d',
  ),
  reason: z.string().min(1).max(500).optional().describe('For ignore: reason'),
  dry_run: z.boolean().default(false).describe('Shows the plan without changing anything'),
});

/** Drift settings of a tenant. */
export const DriftSettings = z.looseObject({
  threshold: z
    .number()
    .describe('Maximum share of changed values that counts as severity info. Unit: ratio.'),
  auto_remediate: z.enum(['off', 'revert']).describe('Reverts drift automatically'),
  auto_severity_max: DriftSeverity.describe('Highest severity that is reverted automatically'),
  auto_per_hour_max: z.int().describe('Maximum number of reverted resources per hour'),
});
export type DriftSettings = z.infer<typeof DriftSettings>;

/** Changes them; what is absent stays. */
export const DriftSettingsUpdate = z.strictObject({
  threshold: z.number().min(0).max(0.5).optional().describe('0 to 0.5. Default: 0.05'),
  auto_remediate: z.enum(['off', 'revert']).optional().describe('Default: off'),
  auto_severity_max: DriftSeverity.exclude(['critical'])
    .optional()
    .describe('Default: medium; critical drift is never reverted automatically'),
  auto_per_hour_max: z.int().min(1).max(1000).optional().describe('Default: 10'),
});
