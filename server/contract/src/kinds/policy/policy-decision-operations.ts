/** Rows of the operations table about decisions of policies. */
import { z } from 'zod';
import { AdmissionWarning } from '../../admission/admission.ts';
import { PolicyVerdict } from '../../admission/policy-verdict.ts';
import { PolicyDecisionId } from '../../ids.ts';
import { JsonObject } from '../../json.ts';
import { list } from '../../operation/listing.ts';
import { look } from '../../operation/operation-shapes.ts';
import { PrincipalName, ResourceName } from '../../schema/resource.ts';
import { PolicyDecisionRecord } from './policy-decision.ts';

const OPERATION_LENGTH_MAX = 64;

/** Subject of a query: policies see it as the subject of the write. */
const AskedSubject = z.strictObject({
  user_id: PrincipalName.describe('Name of the principal'),
  role: ResourceName.describe('Name of the role of the principal'),
});

/** The rows by name. */
export const policyDecisionOperations = {
  'policy_decision.ask': {
    ...look,
    summary: 'Evaluates the policies for a write of the caller, or of another, without making it.',
    rest: { method: 'POST', path: '/policy-decisions', status: 200 },
    input: z.strictObject({
      operation: z
        .string()
        .max(OPERATION_LENGTH_MAX)
        .describe('Operation, such as `vm.create`; policies see its action, create_vm'),
      resource: JsonObject.describe(
        'Desired resource, or the current one for a delete: `id` and `name`, if it has ' +
          'them, and its fields',
      ),
      before: JsonObject.nullable()
        .default(null)
        .describe('Current fields, if the resource exists'),
      subject: AskedSubject.optional().describe(
        'Subject of the question. Default: the caller. Another one needs the permission ' +
          'policy_decision.ask_for_others',
      ),
    }),
    output: z.looseObject({
      allowed: z.boolean(),
      reasons: z.array(z.string()).describe('Reasons for the denial'),
      policies: z.array(PolicyVerdict).describe('All evaluated policies'),
      warnings: z.array(AdmissionWarning),
    }),
    problems: [],
  },
  'policy_decision.get': {
    ...look,
    role: 'admin',
    summary: 'Shows a recorded policy decision.',
    rest: { method: 'GET', path: '/policy-decisions/{id}', status: 200 },
    input: z.strictObject({ id: PolicyDecisionId }),
    output: PolicyDecisionRecord,
    problems: ['not-found'],
  },
  'policy_decision.list': {
    ...look,
    role: 'admin',
    summary: 'Lists recorded policy decisions, newest first.',
    rest: { method: 'GET', path: '/policy-decisions', status: 200 },
    ...list(PolicyDecisionRecord, {
      filters: {
        outcome: z
          .enum(['allowed', 'refused'])
          .optional()
          .describe('Only decisions with this result'),
        resource_id: z.string().max(64).optional().describe('Only decisions about this resource'),
      },
      sort: ['-at'],
      search: [],
      time: 'at',
    }),
    problems: [],
  },
} as const;
