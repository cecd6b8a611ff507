/** The log of decisions: what policies were asked, and what they said. */
import { z } from 'zod';
import { PolicyVerdict } from '../../admission/policy-verdict.ts';
import { PolicyDecisionId } from '../../ids.ts';
import { JsonObject } from '../../json.ts';
import { Timestamp } from '../../schema/resource.ts';

/** Why policies were evaluated: for a write, a preview of a write, a query or a read. */
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
  action: z.string().describe('As policies see it: create_vm'),
  user_id: z.string().describe('Name of the key that asked'),
  role: z.string(),
  request_id: z.string(),
  resource_kind: z.string(),
  resource_id: z.string().nullable().describe('null before it exists'),
  resource_name: z.string().nullable(),
  allowed: z.boolean(),
  reasons: z.array(z.string()).describe('Why it was refused, every reason of every policy'),
  policies: z.array(PolicyVerdict).describe('Every policy that was asked, with its version'),
  policies_cached: z.int().describe('How many of them had answered the same before'),
  duration_ms: z.number().describe('Time from the question to the last answer'),
  input_hash: z
    .string()
    .describe('SHA-256 of the question but for its time and request id, hexadecimal'),
  input: JsonObject.nullable().describe('The question, secrets masked; null where not sampled'),
});
export type PolicyDecisionRecord = z.infer<typeof PolicyDecisionRecord>;
