/** Rows of the operations table about drift. */
import { z } from 'zod';
import { oneOf, wholeListShape } from '../operation/listing.ts';
import { change, look, totalShape } from '../operation/operation-shapes.ts';
import { ResourceKind } from '../schema/resource-kind.ts';
import {
  Baseline,
  DeletedResource,
  DriftField,
  DriftGroup,
  DriftSeverity,
  ExplainedChange,
  ExplainedDriftRecord,
  TamperedBaseline,
} from './drift.ts';
import {
  DriftSettings,
  DriftSettingsUpdate,
  RemediationItem,
  RemediationRequest,
} from './drift-remediation.ts';

/** All drift is in one answer. */
const DRIFT_LISTING = {
  filters: {
    resource_kind: ResourceKind.optional().describe('Only resources of this kind'),
    resource_id: z.string().max(64).optional().describe('Only this resource'),
    deployment: z.string().max(128).optional().describe('Only resources of this deployment'),
    severity: oneOf(DriftSeverity, 'Only drift of one of these severities'),
    drift_class: oneOf(
      DriftField.shape.drift_class,
      'Only drift whose most severe class is one of these',
    ),
  },
  sort: ['resource_id', 'resource_name', 'deployment', 'applied_at', 'detected_at'],
  search: ['resource_name', 'resource_id'],
  time: 'detected_at',
  labels: 'metadata',
} as const;

const resourceId = z.string().min(1).max(64).describe('Id of the resource');

/** The rows by name. */
export const driftOperations = {
  'drift.report': {
    ...look,
    summary: 'Compares resources with what Terraform last applied, and reports who changed them.',
    rest: { method: 'GET', path: '/drift', status: 200 },
    input: z.strictObject(wholeListShape(ExplainedDriftRecord, DRIFT_LISTING)),
    listing: DRIFT_LISTING,
    output: z.looseObject({
      items: z.array(ExplainedDriftRecord),
      explained: z
        .array(ExplainedChange)
        .optional()
        .describe('Differences that are not drift, with the reason'),
      groups: z.array(DriftGroup).optional().describe('Drift grouped by cause, most severe first'),
      tampered: z
        .array(TamperedBaseline)
        .optional()
        .describe('Baselines that were changed outside of NovaCron; they are not used'),
      deleted: z
        .array(DeletedResource)
        .optional()
        .describe('The resource of `resource_id`, if it was deleted'),
      compared: z.int().optional().describe('Number of compared resources'),
      ...totalShape,
    }),
    problems: [],
  },
  'drift_baseline.get': {
    ...look,
    summary: 'Shows the baseline of a resource, and whether its hash matches the audit log.',
    rest: { method: 'GET', path: '/drift-baselines/{id}', status: 200 },
    input: z.strictObject({ id: resourceId }),
    output: Baseline,
    problems: ['not-found'],
  },
  'drift_baseline.set': {
    ...change,
    summary: 'Sets the current state as the baseline.',
    rest: { method: 'POST', path: '/drift-baselines/{id}', status: 200 },
    input: z.strictObject({ id: resourceId }),
    output: z.looseObject({ resource: Baseline }),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'drift.remediate': {
    ...change,
    applies: 'nothing',
    summary:
      'Reverts drift, adopts it as the baseline, or mutes it until a date; or shows the plan.',
    rest: { method: 'POST', path: '/drift/remediate', status: 202 },
    input: RemediationRequest,
    output: z.looseObject({ remediated: z.array(RemediationItem) }),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'drift_settings.get': {
    ...look,
    summary: 'Shows the drift settings of the tenant.',
    rest: { method: 'GET', path: '/drift-settings', status: 200 },
    input: z.strictObject({}),
    output: DriftSettings,
    problems: [],
  },
  'drift_settings.update': {
    ...change,
    role: 'admin',
    summary: 'Updates the drift settings of the tenant.',
    rest: { method: 'PATCH', path: '/drift-settings', status: 200 },
    input: DriftSettingsUpdate,
    output: z.looseObject({ resource: DriftSettings }),
    problems: ['policy-denied'],
  },
} as const;
