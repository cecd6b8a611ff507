/** Drift: a difference between what was last applied and what is, with its cause. */
import { z } from 'zod';
import { ResourceKind } from './field.ts';
import { Timestamp } from './resource.ts';

/** Levels of the seeds, most severe first. */
export const DRIFT_SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
/** How bad a drift is. */
export const DriftSeverity = z.enum(DRIFT_SEVERITIES);
export type DriftSeverity = z.infer<typeof DriftSeverity>;

/** One field that is no longer as it was applied. */
export const DriftField = z.looseObject({
  field: z.string(),
  was: z.json().describe('The value that was applied'),
  is: z.json().describe('The value now'),
  drift_class: z.enum(['security', 'availability', 'cost', 'cosmetic']),
});
export type DriftField = z.infer<typeof DriftField>;

/** Who changed it, by what and when. */
export const DriftCause = z.looseObject({
  principal: z.string().describe('Who made the latest of these changes'),
  client: z.string().describe('By what: terraform, cli, rest'),
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
  drift_percent: z.number().describe('Changed fields in percent of those applied. Unit: percent.'),
  fields: z.array(DriftField),
  causes: z.array(DriftCause).describe('Who did it, latest first'),
  deployment: z.string().describe('The deployment that applied it'),
  applied_at: Timestamp,
});
export type DriftRecord = z.infer<typeof DriftRecord>;

/** A drift record with its explanation: the same lines in plan, API and CLI. */
export const ExplainedDriftRecord = DriftRecord.extend({
  explanation: z.array(z.string()).describe('What drifted, how badly, by whom, and what to do'),
});
export type ExplainedDriftRecord = z.infer<typeof ExplainedDriftRecord>;
