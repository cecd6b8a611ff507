/** Rows of the operations table about autonomous decisions. */
import { z } from 'zod';
import { AutonomousDecisionId, VmGroupId } from '../ids.ts';
import { list, oneOf } from '../operation/listing.ts';
import { change, look } from '../operation/operation-shapes.ts';
import {
  AutonomousDecision,
  AutonomySettings,
  AutonomySettingsUpdate,
  DecisionAction,
  DecisionStatus,
} from './autonomous-decision.ts';

const REASON_LENGTH_MAX = 1_024;

/** The rows by name. */
export const autonomyOperations = {
  'autonomous_decision.list': {
    ...look,
    summary: 'Lists autonomous decisions with their reasons and outcomes, newest first.',
    rest: { method: 'GET', path: '/autonomous-decisions', status: 200 },
    ...list(AutonomousDecision, {
      filters: {
        group_id: VmGroupId.optional().describe('Only decisions about this VM group'),
        action: oneOf(DecisionAction, 'Only those of one of these actions'),
        status: oneOf(DecisionStatus, 'Only those with one of these statuses'),
      },
      sort: ['-at'],
      search: [],
      time: 'at',
    }),
    problems: [],
  },
  'autonomous_decision.get': {
    ...look,
    summary: 'Shows an autonomous decision.',
    rest: { method: 'GET', path: '/autonomous-decisions/{id}', status: 200 },
    input: z.strictObject({ id: AutonomousDecisionId }),
    output: AutonomousDecision,
    problems: ['not-found'],
  },
  'autonomous_decision.override': {
    ...change,
    summary:
      'Records that an autonomous decision was wrong. It then counts as wrong in the accuracy of ' +
      'decisions; its change, if there was one, stays.',
    rest: { method: 'POST', path: '/autonomous-decisions/{id}/override', status: 200 },
    input: z.strictObject({
      id: AutonomousDecisionId,
      action: DecisionAction.prefault('wait').describe('What would have been right'),
      reason: z
        .string()
        .min(1)
        .max(REASON_LENGTH_MAX, { abort: true })
        .describe('Why, for people who look at it later'),
    }),
    output: z.looseObject({ resource: AutonomousDecision }),
    problems: ['not-found', 'policy-denied'],
  },
  'autonomy_settings.get': {
    ...look,
    summary: 'Shows whether autonomous decisions are carried out in the tenant.',
    rest: { method: 'GET', path: '/autonomy-settings', status: 200 },
    input: z.strictObject({}),
    output: AutonomySettings,
    problems: [],
  },
  'autonomy_settings.update': {
    ...change,
    role: 'admin',
    feature: 'autonomy',
    summary: 'Updates whether autonomous decisions are carried out in the tenant.',
    rest: { method: 'PATCH', path: '/autonomy-settings', status: 200 },
    input: AutonomySettingsUpdate,
    output: z.looseObject({ resource: AutonomySettings }),
    problems: ['policy-denied', 'feature-disabled'],
  },
} as const;
