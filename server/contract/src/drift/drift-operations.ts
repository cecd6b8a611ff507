/** Rows of the operations table about drift. */
import { z } from 'zod';
import { change, look } from '../operation/operation-shapes.ts';
import { ResourceKind } from '../schema/resource-kind.ts';
import {
  Baseline,
  DeletedResource,
  DriftGroup,
  ExplainedChange,
  ExplainedDriftRecord,
  TamperedBaseline,
} from './drift.ts';
import {
  Approval,
  ApprovalRequest,
  DriftSettings,
  DriftSettingsUpdate,
  RemediationItem,
  RemediationRequest,
} from './drift-remediation.ts';

const resourceId = z.string().min(1).max(64).describe('Id of the resource');

/** The rows by name. */
export const driftOperations = {
  'drift.report': {
    ...look,
    summary: 'Compares what Terraform last applied with what is, and names who changed it.',
    rest: { method: 'GET', path: '/drift', status: 200 },
    input: z.strictObject({
      resource_kind: ResourceKind.optional().describe('Only resources of this kind'),
      resource_id: z.string().max(64).optional().describe('Only this resource'),
      deployment: z.string().max(128).optional().describe('Only what this deployment applied'),
    }),
    output: z.looseObject({
      items: z.array(ExplainedDriftRecord),
      explained: z
        .array(ExplainedChange)
        .optional()
        .describe('Differences that are not drift, and why'),
      groups: z.array(DriftGroup).optional().describe('The drift by its causes, gravest first'),
      tampered: z
        .array(TamperedBaseline)
        .optional()
        .describe('Baselines that were changed behind NovaCron: nothing is measured from them'),
      deleted: z
        .array(DeletedResource)
        .optional()
        .describe('The resource asked about by `resource_id`, if it was deleted'),
      compared: z.int().optional().describe('How many resources were compared'),
    }),
    problems: [],
  },
  'drift_baseline.get': {
    ...look,
    summary: 'Shows what drift of a resource is measured from, and whether it is as recorded.',
    rest: { method: 'GET', path: '/drift-baselines/{id}', status: 200 },
    input: z.strictObject({ id: resourceId }),
    output: Baseline,
    problems: ['not-found'],
  },
  'drift_baseline.set': {
    ...change,
    summary: 'Makes what a resource is now its baseline: what differed is accepted.',
    rest: { method: 'POST', path: '/drift-baselines/{id}', status: 200 },
    input: z.strictObject({ id: resourceId }),
    output: z.looseObject({ resource: Baseline }),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'drift.remediate': {
    ...change,
    applies: 'nothing',
    summary: 'Reverts drift, adopts it as the baseline, or ignores it for a while; or plans that.',
    rest: { method: 'POST', path: '/drift/remediate', status: 202 },
    input: RemediationRequest,
    output: z.looseObject({ remediated: z.array(RemediationItem) }),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'drift.approve': {
    ...change,
    role: 'admin',
    summary: 'Lets operators remediate critical drift of resources, for a day.',
    rest: { method: 'POST', path: '/drift/approve', status: 200 },
    input: ApprovalRequest,
    output: z.looseObject({ approved: z.array(Approval) }),
    problems: ['not-found', 'policy-denied'],
  },
  'drift_settings.get': {
    ...look,
    summary: 'Shows what the tenant wants of drift: its threshold, and what is reverted by itself.',
    rest: { method: 'GET', path: '/drift-settings', status: 200 },
    input: z.strictObject({}),
    output: DriftSettings,
    problems: [],
  },
  'drift_settings.update': {
    ...change,
    role: 'admin',
    summary: 'Changes what the tenant wants of drift.',
    rest: { method: 'PATCH', path: '/drift-settings', status: 200 },
    input: DriftSettingsUpdate,
    output: z.looseObject({ resource: DriftSettings }),
    problems: ['policy-denied'],
  },
} as const;
