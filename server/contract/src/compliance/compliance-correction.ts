/** Corrections of findings: changes that make a subject pass its check. */
import { z } from 'zod';
import { ComplianceFindingId, OperationId } from '../ids.ts';
import { Operation } from '../operation/operation.ts';
import { ProblemDocument } from '../problem/problem.ts';
import { Timestamp } from '../schema/resource.ts';

const HCL = z
  .array(z.string())
  .describe('Change of the Terraform configuration, line by line, where it manages the resource');

/** The last correction of a finding. */
export const FindingCorrection = z.looseObject({
  state: z
    .enum(['planned', 'proposed', 'started', 'corrected', 'undone', 'failed'])
    .describe(
      '`planned`: an automatic correction begins an hour later; `proposed`: Terraform manages ' +
        'the resource, so its configuration has to change; `corrected`: the check passed ' +
        'afterwards; `undone`: it did not, or the change failed, and the resource is as before; ' +
        '`failed`: the change could not be undone either',
    ),
  at: Timestamp,
  by: z.string().describe('Principal that asked for it'),
  change: z.string().describe('The change, in a line'),
  operation_id: OperationId.nullable(),
  hcl: HCL,
});
export type FindingCorrection = z.infer<typeof FindingCorrection>;

/** What a request to correct a finding leads to. */
export const ComplianceCorrection = z.looseObject({
  finding_id: ComplianceFindingId,
  check: z.string().describe('Id of the check'),
  subject_kind: z.string(),
  subject_id: z.string(),
  subject_name: z.string(),
  class: z
    .enum(['auto', 'approval'])
    .describe('`approval`: another person has to approve it; `auto`: no approval is needed'),
  outcome: z
    .enum(['planned', 'proposed', 'started', 'needs-approval', 'refused'])
    .describe(
      '`planned`: a dry run; `proposed`: change the Terraform configuration as in `hcl`; ' +
        '`started`: see its operation; `needs-approval`, `refused`: see its problem, whose data ' +
        'has the id of the approval that was requested',
    ),
  field: z.string().describe('The field that changes'),
  was: z.unknown().describe('Its value, which an undo restores'),
  is: z.unknown().describe('The value that makes the check pass'),
  hcl: HCL,
  operation: Operation.nullable(),
  problem: ProblemDocument.nullable(),
});
export type ComplianceCorrection = z.infer<typeof ComplianceCorrection>;

const CHECKS_MAX = 100;
const CHECK_LENGTH_MAX = 32;
const PER_HOUR_MAX = 1000;

/** Compliance settings of a tenant. */
export const ComplianceSettings = z.looseObject({
  auto_remediate: z.array(z.string()).describe('Checks whose findings are corrected automatically'),
  auto_per_hour_max: z.int().describe('Maximum number of automatic corrections per hour'),
});
export type ComplianceSettings = z.infer<typeof ComplianceSettings>;

/** Changes them; what is absent stays. */
export const ComplianceSettingsUpdate = z.strictObject({
  auto_remediate: z
    .array(z.string().max(CHECK_LENGTH_MAX, { abort: true }))
    .max(CHECKS_MAX)
    .optional()
    .describe('Ids of checks, such as NC-VM-017. Default: none'),
  auto_per_hour_max: z.int().min(1).max(PER_HOUR_MAX).optional().describe('Default: 10'),
});
