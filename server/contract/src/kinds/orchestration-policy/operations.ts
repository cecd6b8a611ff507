/** Rows of the operations table about orchestration policies that the server keeps. */
import { z } from 'zod';
import { AdmissionWarning } from '../../admission/admission.ts';
import { OrchestrationPolicyId } from '../../ids.ts';
import { JsonObject } from '../../json.ts';
import { list, listShape, oneOfTexts } from '../../operation/listing.ts';
import {
  change,
  create,
  ifRevision,
  ifUnchanged,
  keyed,
  look,
  named,
  page,
  removed,
  written,
} from '../../operation/operation-shapes.ts';
import { PolicyName } from '../policy/policy.ts';
import {
  DocumentOrObject,
  DocumentVersion,
  OrchestrationPolicyCreate,
  OrchestrationPolicyUpdate,
  StoredOrchestrationPolicy,
} from './fields.ts';

/** Longest document of several policies. Unit: characters. */
const PUSH_LENGTH_MAX = 524_288;

// NovaCron carries out its actions for its author, who must be allowed to call what they start.
const authoring = { role: 'admin', feature: 'policy_authoring' } as const;
const one = z.strictObject({ id: OrchestrationPolicyId });
const VERSION_LISTING = {
  filters: { created_by: oneOfTexts('Only those that one of these principals wrote') },
  sort: ['created_at'],
  search: [],
  time: 'created_at',
} as const;
/** `optional` hides the description of the schema. */
const DOCUMENT_TEXT = DocumentOrObject.description ?? '';
/** A document of several policies, as text or as an object. */
const PushedDocument = z
  .union([z.string().min(1).max(PUSH_LENGTH_MAX), JsonObject])
  .describe(
    'The policies: text in YAML (also of several documents), JSON, the short form `policies:` or ' +
      'the text form; or a JSON object',
  );

/** A policy of a push. */
export const PushedPolicy = z.looseObject({
  id: OrchestrationPolicyId,
  name: PolicyName,
  action: z
    .enum(['created', 'updated', 'unchanged'])
    .describe('Result of the push; `unchanged` if the stored document is equivalent'),
  operation_id: z.string().nullable().describe('Its operation; null if it is unchanged'),
});
export type PushedPolicy = z.infer<typeof PushedPolicy>;

/** The answer to a push. */
export const PolicyPush = z.looseObject({
  policies: z.array(PushedPolicy).describe('In the order of the document'),
  warnings: z.array(AdmissionWarning),
  notices: z
    .array(z.string())
    .describe('Conflicts with other policies, and which takes precedence'),
});
export type PolicyPush = z.infer<typeof PolicyPush>;

const meant = one.extend({ if_revision: ifRevision });
const switching = ['not-found', 'policy-denied', 'revision-mismatch', 'feature-disabled'] as const;

/** The rows by name. */
export const orchestrationPolicyOperations = {
  'orchestration_policy.create': {
    ...create,
    ...authoring,
    summary:
      'Creates an orchestration policy and reports conflicts with others and which takes ' +
      'precedence.',
    rest: { method: 'POST', path: '/orchestration/policies', status: 201 },
    input: OrchestrationPolicyCreate.extend({ ...keyed, document: DocumentOrObject }),
    output: written(StoredOrchestrationPolicy),
    problems: [
      'name-taken',
      'policy-denied',
      'idempotency-key-reused',
      'quota-exceeded',
      'feature-disabled',
    ],
  },
  'orchestration_policy.get': {
    ...look,
    summary: 'Shows an orchestration policy.',
    rest: { method: 'GET', path: '/orchestration/policies/{id}', status: 200 },
    input: one,
    output: StoredOrchestrationPolicy,
    problems: ['not-found'],
  },
  'orchestration_policy.list': {
    ...look,
    summary: 'Lists orchestration policies in the order of their creation.',
    rest: { method: 'GET', path: '/orchestration/policies', status: 200 },
    ...list(StoredOrchestrationPolicy, {
      filters: {
        ...named,
        created_by: oneOfTexts('Only those that one of these principals created'),
      },
      sort: ['created_at', 'updated_at', 'name'],
      search: ['name', 'id'],
      time: 'created_at',
    }),
    problems: [],
  },
  'orchestration_policy.update': {
    ...change,
    ...authoring,
    summary: 'Updates an orchestration policy; a changed document creates a new version.',
    rest: { method: 'PATCH', path: '/orchestration/policies/{id}', status: 200 },
    input: OrchestrationPolicyUpdate.extend({
      id: OrchestrationPolicyId,
      ...ifUnchanged,
      document: DocumentOrObject.optional().describe(DOCUMENT_TEXT),
    }),
    output: written(StoredOrchestrationPolicy),
    problems: ['name-taken', ...switching],
  },
  'orchestration_policy.push': {
    ...change,
    ...authoring,
    summary:
      'Stores all orchestration policies of a document, creating or updating each by its name, ' +
      'or none of them; others are unchanged.',
    rest: { method: 'POST', path: '/orchestration/policy-pushes', status: 200 },
    input: z.strictObject({ document: PushedDocument }),
    output: PolicyPush,
    problems: ['name-taken', 'policy-denied', 'quota-exceeded', 'feature-disabled'],
  },
  'orchestration_policy.enable': {
    ...change,
    ...authoring,
    summary: 'Enables an orchestration policy.',
    rest: { method: 'POST', path: '/orchestration/policies/{id}/enable', status: 200 },
    input: meant,
    output: written(StoredOrchestrationPolicy),
    problems: switching,
  },
  'orchestration_policy.disable': {
    ...change,
    role: 'admin',
    summary: 'Disables an orchestration policy; running actions are completed.',
    rest: { method: 'POST', path: '/orchestration/policies/{id}/disable', status: 200 },
    input: meant,
    output: written(StoredOrchestrationPolicy),
    problems: ['not-found', 'policy-denied', 'revision-mismatch'],
  },
  'orchestration_policy.versions': {
    ...look,
    summary: 'Lists the versions of the document of an orchestration policy, oldest first.',
    rest: { method: 'GET', path: '/orchestration/policies/{id}/versions', status: 200 },
    input: one.extend(listShape(DocumentVersion, VERSION_LISTING)),
    output: page(DocumentVersion),
    listing: VERSION_LISTING,
    problems: ['not-found'],
  },
  'orchestration_policy.delete': {
    ...change,
    role: 'admin',
    summary: 'Deletes an orchestration policy; running actions are completed.',
    rest: { method: 'DELETE', path: '/orchestration/policies/{id}', status: 200 },
    input: meant.extend(ifUnchanged),
    output: removed,
    problems: ['not-found', 'policy-denied', 'revision-mismatch'],
  },
} as const;
