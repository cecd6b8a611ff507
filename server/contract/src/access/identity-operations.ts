/** Definitions of the operations on identities: who calls, and the API keys of a tenant. */
import { z } from 'zod';
import { ApiKeyId } from '../ids.ts';
import { list, oneOfTexts } from '../operation/listing.ts';
import { keyed, look } from '../operation/operation-shapes.ts';
import { newName } from '../schema/new-name.ts';
import { ResourceName, Timestamp } from '../schema/resource.ts';
import { ApiKey, RoleName, StatePatterns } from './identity.ts';

/** The tenant whose keys an operation is about. */
const tenant = ResourceName.optional().describe(
  'ID or name of another tenant, for operators of NovaCron. Default: your own',
);

/** The rows by name. */
export const identityOperations = {
  'identity.whoami': {
    ...look,
    summary: 'Shows the caller and the version of the server that answers.',
    rest: { method: 'GET', path: '/identity', status: 200 },
    input: z.strictObject({}),
    output: z.looseObject({
      principal: z.string(),
      person: z
        .string()
        .optional()
        .describe('Person behind the key or session: all of their keys count as one in approvals'),
      role: RoleName,
      tenant: z.string(),
      expires_at: Timestamp.nullish().describe('End of the credential; null if it has none'),
      features: z.array(z.string()).describe('Feature flags of the tenant'),
      operations: z
        .array(z.string())
        .describe('Operations that the caller may call: its role, tenant and features allow them'),
      server_version: z.string(),
      contract_level: z
        .int()
        .describe('Increases with releases; programs of neighbouring levels work together'),
    }),
    problems: [],
  },
  'api_key.create': {
    effect: 'write',
    role: 'admin',
    feature: 'api_keys',
    idempotency: 'key',
    summary: 'Creates an API key. Save its secret; it is not shown again.',
    rest: { method: 'POST', path: '/api-keys', status: 201 },
    input: z.strictObject({
      name: newName(ResourceName).describe('Name of the key, unique within the tenant'),
      role: RoleName.describe('Role of the key: admin, operator, viewer or a role of the tenant'),
      person: z
        .string()
        .min(1)
        .max(256)
        .optional()
        .describe(
          'Person who will use it, as named by an identity provider or another key: all keys of ' +
            'a person count as one in approvals. Default: the person who creates it',
        ),
      terraform_states: StatePatterns.optional().describe(
        'Only states of Terraform that the key may use, such as network or prod-*. ' +
          'Default: those that its creator may use',
      ),
      expires_in_hours: z
        .int()
        .min(1)
        .max(87_600)
        .optional()
        .describe("Unit: hours. Default and maximum: the expiry of the caller's credential"),
      tenant,
      ...keyed,
    }),
    output: z.looseObject({ resource: ApiKey, secret: z.string() }),
    problems: [
      'name-taken',
      'policy-denied',
      'quota-exceeded',
      'feature-disabled',
      'reference-unknown',
      'not-found',
      'conflict',
      'idempotency-key-reused',
    ],
  },
  'api_key.list': {
    ...look,
    role: 'admin',
    summary: 'Lists API keys without their secrets.',
    rest: { method: 'GET', path: '/api-keys', status: 200 },
    ...list(ApiKey, {
      filters: {
        role: oneOfTexts('Only keys with one of these roles'),
        created_by: oneOfTexts('Only those that one of these principals created'),
        tenant,
      },
      sort: ['created_at', 'name'],
      search: ['name', 'id'],
      time: 'created_at',
    }),
    problems: ['not-found'],
  },
  'api_key.delete': {
    effect: 'write',
    role: 'admin',
    idempotency: 'natural',
    summary: 'Revokes an API key immediately.',
    rest: { method: 'DELETE', path: '/api-keys/{id}', status: 200 },
    input: z.strictObject({ id: ApiKeyId, tenant }),
    output: z.looseObject({}),
    problems: ['not-found', 'policy-denied', 'in-use', 'conflict'],
  },
} as const;
