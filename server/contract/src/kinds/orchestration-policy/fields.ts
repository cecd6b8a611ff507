/** Orchestration policies as the server keeps them: the rows of kind `orchestration_policy`. */
import { z } from 'zod';
import { OrchestrationPolicyId } from '../../ids.ts';
import { JsonObject } from '../../json.ts';
import { computed, createShape, field, specShape, updateShape } from '../../schema/field.ts';
import { PrincipalName, ResourceName, resourceSchema, Timestamp } from '../../schema/resource.ts';
import { PolicyName } from '../policy/policy.ts';
import { PolicyVersionSignature } from '../policy/policy-signing.ts';
import { OrchestrationPriority } from './document.ts';

/** Longer texts are data, not policies. Unit: characters. */
const DOCUMENT_LENGTH_MAX = 262_144;

/** A row that the document alone decides. */
function said<S extends z.ZodType>(schema: S, description: string, example: z.core.util.JSONType) {
  return { ...computed(schema, description, example), follows: ['document'] } as const;
}

/** The resource table of orchestration policies, one row a field. */
export const ORCHESTRATION_POLICY_FIELDS = {
  document: field({
    schema: z.string().min(1).max(DOCUMENT_LENGTH_MAX),
    description:
      'The policy: an `orchestration/v1` document in YAML or JSON, the short form with one entry ' +
      'in `policies`, or the text form. docs/reference/orchestration.md describes them.',
    presence: 'required',
    meaning: 'version',
    driftClass: 'availability',
    example:
      'policy spread\n  for vm where tier=web\n  rule r: placement\n    then schedule mode=hard\n',
  }),
  enabled: field({
    schema: z.boolean(),
    description: 'Enables the policy. The document can also disable itself.',
    presence: 'optional',
    default: true,
    driftClass: 'availability',
    example: true,
  }),
  name: said(PolicyName, 'Name in the document, unique among policies.', 'spread'),
  namespace: said(ResourceName.nullable(), 'Namespace of the resources; null: all.', 'production'),
  priority: said(
    OrchestrationPriority,
    'Priority: if policies conflict, the higher number takes precedence.',
    0,
  ),
  version: said(z.int(), 'Version of the document; increases when its meaning changes.', 1),
  policy: computed(
    JsonObject,
    'The document in its normal form: `orchestration/v1` with all defaults.',
    { kind: 'Policy' },
  ),
} as const;

/** An orchestration policy as answers carry it. */
export const StoredOrchestrationPolicy = resourceSchema(
  OrchestrationPolicyId,
  ORCHESTRATION_POLICY_FIELDS,
);
export type StoredOrchestrationPolicy = z.infer<typeof StoredOrchestrationPolicy>;

/** Spec of an orchestration policy. */
export const OrchestrationPolicySpec = z.looseObject(specShape(ORCHESTRATION_POLICY_FIELDS));
export type OrchestrationPolicySpec = z.infer<typeof OrchestrationPolicySpec>;

/** Fields of requests to create and to update an orchestration policy. */
export const OrchestrationPolicyCreate = z.strictObject(createShape(ORCHESTRATION_POLICY_FIELDS));
export const OrchestrationPolicyUpdate = z.strictObject(updateShape(ORCHESTRATION_POLICY_FIELDS));

/** A document as requests carry it: text, or a JSON object, which is stored as its text. */
export const DocumentOrObject = z
  .union([ORCHESTRATION_POLICY_FIELDS.document.schema, JsonObject])
  .describe(
    'The policy: text in YAML, JSON, the short form or the text form; or a JSON object, which is ' +
      'stored as canonical JSON text',
  );

/** A document that an orchestration policy has, or had. */
export const DocumentVersion = z.looseObject({
  version: z.int().describe('Version of the document'),
  document: z.string().describe('Text of the document; an update with it restores it'),
  created_at: Timestamp,
  created_by: PrincipalName,
  signature: PolicyVersionSignature.nullish().describe(
    'Signature of the server; null if it is not signed',
  ),
});
export type DocumentVersion = z.infer<typeof DocumentVersion>;
