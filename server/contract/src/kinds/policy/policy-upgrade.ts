/** Effect of moving a policy to the newest language level. */
import { z } from 'zod';
import { PolicyDecisionId, PolicyId } from '../../ids.ts';
import { PrincipalName, Timestamp } from '../../schema/resource.ts';

const Place = {
  row: z.int().describe('Line of the rule, from 1'),
  column: z.int().describe('Column, from 1'),
};

/** An expression whose meaning depends on the language level. */
export const LevelExpression = z.looseObject({
  ...Place,
  text: z.string().describe('The line of the rule'),
  parts: z.array(z.string()).describe('Parts of the expression that may be undefined'),
  effect: z
    .enum(['refuses', 'allows', 'either', 'none'])
    .describe(
      '`refuses`: the newest level refuses what the current one allows; `allows`: the reverse',
    ),
  explanation: z.string(),
});
export type LevelExpression = z.infer<typeof LevelExpression>;

const Outcome = z.enum(['allow', 'deny', 'silent', 'error']);

/** A recorded decision that the policy answers otherwise at the newest level. */
export const ChangedDecision = z.looseObject({
  id: PolicyDecisionId,
  at: Timestamp,
  action: z.string().describe('Action in the policy input: create_vm'),
  user_id: PrincipalName,
  resource_kind: z.string(),
  resource_name: z.string().nullable(),
  was: Outcome.describe('Answer at the current level'),
  becomes: Outcome.describe('Answer at the newest level'),
  reasons: z.array(z.string()).describe('Reasons of the denial, at whichever level denies'),
});
export type ChangedDecision = z.infer<typeof ChangedDecision>;

/** The plan of the move. */
export const PolicyUpgradePlan = z.looseObject({
  id: PolicyId,
  name: z.string(),
  language_level: z.int().describe('Current language level'),
  to_level: z.int().describe('Newest language level; the same if there is nothing to do'),
  expressions: z
    .array(LevelExpression)
    .describe('Expressions whose meaning changes, in the order of the text'),
  mistakes: z
    .array(z.looseObject({ ...Place, message: z.string() }))
    .describe('What the newest level refuses; correct the rule instead'),
  replayed: z.int().describe('Number of recorded decisions that were evaluated at both levels'),
  without_input: z.int().describe('Number of decisions of the policy whose input is not recorded'),
  without_data: z
    .int()
    .prefault(0)
    .describe('Number of decisions whose versions of data documents are not stored any more'),
  is_complete: z
    .boolean()
    .describe('Whether all recorded decisions were read; otherwise only the latest ones'),
  changed: z.array(ChangedDecision).describe('Decisions that change, newest first'),
});
export type PolicyUpgradePlan = z.infer<typeof PolicyUpgradePlan>;
