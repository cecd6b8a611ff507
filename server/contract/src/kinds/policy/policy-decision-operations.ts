/** Rows of the operations table about decisions of policies. */
import { z } from 'zod';
import { AdmissionWarning } from '../../admission/admission.ts';
import { PolicyVerdict } from '../../admission/policy-verdict.ts';
import { PolicyDecisionId } from '../../ids.ts';
import { JsonObject } from '../../json.ts';
import { look, page, pageShape } from '../../operation/operation-shapes.ts';
import { PolicyDecisionRecord } from './policy-decision.ts';

const OPERATION_LENGTH_MAX = 64;

/** The rows by name. */
export const policyDecisionOperations = {
  'policy_decision.ask': {
    ...look,
    summary: 'Asks the policies about a write of the caller, as a write would, and does nothing.',
    rest: { method: 'POST', path: '/policy-decisions', status: 200 },
    input: z.strictObject({
      operation: z
        .string()
        .max(OPERATION_LENGTH_MAX)
        .describe('The write, such as `vm.create`; policies see its action, create_vm'),
      resource: JsonObject.describe(
        'The desired resource, or the current one for a delete: `id` and `name`, where it has ' +
          'them, and its fields',
      ),
      before: JsonObject.nullable().default(null).describe('Its fields as they are, if it exists'),
    }),
    output: z.looseObject({
      allowed: z.boolean(),
      reasons: z.array(z.string()).describe('Why it would be refused'),
      policies: z.array(PolicyVerdict).describe('Every policy that was asked'),
      warnings: z.array(AdmissionWarning),
    }),
    problems: [],
  },
  'policy_decision.get': {
    ...look,
    role: 'admin',
    summary: 'Shows a decision of policies.',
    rest: { method: 'GET', path: '/policy-decisions/{id}', status: 200 },
    input: z.strictObject({ id: PolicyDecisionId }),
    output: PolicyDecisionRecord,
    problems: ['not-found'],
  },
  'policy_decision.list': {
    ...look,
    role: 'admin',
    summary: 'Lists what policies were asked and said, latest first.',
    rest: { method: 'GET', path: '/policy-decisions', status: 200 },
    input: z.strictObject({
      ...pageShape,
      outcome: z.enum(['allowed', 'refused']).optional().describe('Only decisions that ended so'),
      resource_id: z.string().max(64).optional().describe('Only decisions about this resource'),
    }),
    output: page(PolicyDecisionRecord),
    problems: [],
  },
} as const;
