/** The log of decisions: what policies were asked, and what they said. */
import { z } from 'zod';
import { PolicyVerdict } from '../../admission/policy-verdict.ts';
import { PolicyDecisionId } from '../../ids.ts';
import { JsonObject } from '../../json.ts';
import { Timestamp } from '../../schema/resource.ts';

/** Occasion of a policy evaluation: a write, a preview of a write, a query or a read. */
export const DecisionMoment = z.enum(['admission', 'preview', 'question', 'read']);
export type DecisionMoment = z.infer<typeof DecisionMoment>;

/** One question with all answers. */
export const PolicyDecisionRecord = z.looseObject({
  id: PolicyDecisionId,
  at: Timestamp,
  moment: DecisionMoment.describe(
    '`admission` of a write, `preview` in a plan, a `question` without a write, or a `read`',
  ),
  operation: z.string().describe('Name of the operation: vm.create'),
  action: z.string().describe('Action in the policy input: create_vm'),
  user_id: z.string().describe('Name of the API key of the caller'),
  role: z.string(),
  request_id: z.string(),
  resource_kind: z.string(),
  resource_id: z.string().nullable().describe('null before the resource exists'),
  resource_name: z.string().nullable(),
  allowed: z.boolean(),
  reasons: z.array(z.string()).describe('All reasons for the denial, from every policy'),
  policies: z.array(PolicyVerdict).describe('All evaluated policies with their versions'),
  policies_cached: z.int().describe('Number of answers that came from the cache'),
  duration_ms: z.number().describe('Time from the question to the last answer'),
  input_hash: z
    .string()
    .describe('SHA-256 of the input without its time and request id, hexadecimal'),
  input: JsonObject.nullable().describe(
    'Policy input with masked secrets; null if it was not sampled',
  ),
});
export type PolicyDecisionRecord = z.infer<typeof PolicyDecisionRecord>;
