/** Policy evaluation of a write: request and answer. */
import { z } from 'zod';
import { JsonObject } from '../json.ts';
import { Timestamp } from '../schema/resource.ts';

/** Effect of a denial: `block` refuses, `warn` reports, `audit` only records. */
export const EnforcementMode = z.enum(['block', 'warn', 'audit']);
export type EnforcementMode = z.infer<typeof EnforcementMode>;

/** Verdict of a single policy. */
export const PolicyVerdict = z.looseObject({
  policy: z.string().describe('Name of the policy'),
  version: z.int().describe('Version of the policy'),
  mode: EnforcementMode,
  outcome: z
    .enum(['allow', 'deny', 'silent', 'error', 'deferred'])
    .describe('`deferred`: the decision depends on values that are not known yet'),
  reasons: z.array(z.string()).describe('Messages of the policy, or the reasons for the denial'),
  warnings: z.array(z.string()).describe('Warnings of the policy'),
  rule_path: z.string().describe('Rego rule that decided, such as data.novacron.allow'),
  unknown_fields: z.array(z.string()).describe('Fields whose values the decision depends on'),
  data: z
    .array(
      z.looseObject({
        path: z.string().describe('Path below `data`'),
        version: z.int().describe('Version of the document'),
      }),
    )
    .optional()
    .describe('Data documents that the policy reads; absent where there are none'),
  waiver: z
    .looseObject({ id: z.string(), owner: z.string(), expires_at: Timestamp })
    .optional()
    .describe('Waiver that permits the write despite the denial'),
  set_aside: z
    .boolean()
    .optional()
    .describe(
      'True where the policy could not be evaluated about its own repair, so that an admin goes ' +
        'on without its verdict',
    ),
});
export type PolicyVerdict = z.infer<typeof PolicyVerdict>;

/** Combined decision of all policies. */
export const PolicyDecision = z.looseObject({
  allowed: z.boolean(),
  reasons: z.array(z.string()).describe('All reasons for the denial, from every policy'),
  policies: z.array(PolicyVerdict).describe('All evaluated policies'),
});
export type PolicyDecision = z.infer<typeof PolicyDecision>;

/** Version of the frozen question. */
export const POLICY_INPUT_VERSION = 1;

/** The question that a policy is asked, as `input`. */
export const PolicyInput = z.looseObject({
  version: z.literal(POLICY_INPUT_VERSION),
  action: z.string().describe('create_vm, update_vm, delete_vm, …, read'),
  operation: z.string().describe('Name of the operation: vm.create'),
  subject: z.looseObject({ user_id: z.string(), role: z.string(), tenant: z.string() }),
  resource: JsonObject.describe('type, id, name and the desired fields'),
  before: JsonObject.nullable().describe('Current fields; null for a create'),
  context: JsonObject.describe('Client, deployment, request id and time'),
});
export type PolicyInput = z.infer<typeof PolicyInput>;
