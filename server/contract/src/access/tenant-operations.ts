/** The rows of the operations table about tenants and about the roles inside them. */
import { z } from 'zod';
import { RoleId, TenantId } from '../ids.ts';
import { list } from '../operation/listing.ts';
import { ifRevision, keyed, look, named } from '../operation/operation-shapes.ts';
import { newName } from '../schema/new-name.ts';
import { ResourceName } from '../schema/resource.ts';
import { FeatureChoice } from './feature.ts';
import { ApiKey } from './identity.ts';
import { CustomRole, OperationPatterns } from './role.ts';
import { Purpose, QuotaChoice, Tenant } from './tenant.ts';

const administer = { effect: 'write', role: 'admin', idempotency: 'natural' } as const;
const quotas = QuotaChoice.optional().describe('Limits of the tenant; null: no limit');
const features = FeatureChoice.optional().describe(
  'Feature flags of the tenant; null: the default',
);

/** Whether a new tenant gets an API key. */
const FirstKey = z
  .enum(['create', 'none'])
  .default('create')
  .describe('`create` answers with an API key of the role admin; `none` creates no key');

/** The rows by name, grouped by noun. */
export const tenantOperations = {
  'tenant.create': {
    ...administer,
    idempotency: 'key',
    scope: 'platform',
    summary:
      'Creates a tenant and, if the caller may create one, its first API key. Save the secret; ' +
      'it is not shown again.',
    rest: { method: 'POST', path: '/tenants', status: 201 },
    input: z.strictObject({
      name: newName(ResourceName).describe('Name of the tenant, unique'),
      description: Purpose.optional().describe('Description of the tenant'),
      quotas,
      features,
      first_key: FirstKey,
      ...keyed,
    }),
    output: z.looseObject({
      resource: Tenant,
      api_key: ApiKey.optional().describe(
        'API key of the first administrator; absent if none was requested, if the caller may ' +
          'not create one, and in the answer to a repeated request',
      ),
      secret: z.string().optional().describe('Secret of that key, stored only as a hash'),
    }),
    problems: ['name-taken', 'policy-denied', 'idempotency-key-reused'],
  },
  'tenant.get': {
    ...look,
    summary:
      'Shows a tenant with its quotas and their usage; outside the first tenant only the ' +
      "caller's own.",
    rest: { method: 'GET', path: '/tenants/{id}', status: 200 },
    input: z.strictObject({ id: TenantId }),
    output: Tenant,
    problems: ['not-found'],
  },
  'tenant.list': {
    ...look,
    summary: "Lists tenants; outside the first tenant only the caller's own.",
    rest: { method: 'GET', path: '/tenants', status: 200 },
    ...list(Tenant, {
      filters: { ...named },
      sort: ['created_at', 'name'],
      search: ['name', 'id'],
      time: 'created_at',
    }),
    problems: [],
  },
  'tenant.update': {
    ...administer,
    scope: 'platform',
    summary: 'Changes the name, the quotas or the feature flags of a tenant.',
    rest: { method: 'PATCH', path: '/tenants/{id}', status: 200 },
    input: z.strictObject({
      id: TenantId,
      if_revision: ifRevision,
      name: newName(ResourceName).optional().describe('New name, unique'),
      description: Purpose.nullish().describe('Description of the tenant'),
      quotas,
      features,
    }),
    output: z.looseObject({ resource: Tenant }),
    problems: ['not-found', 'name-taken', 'policy-denied', 'revision-mismatch', 'conflict'],
  },
  'tenant.delete': {
    ...administer,
    scope: 'platform',
    summary: 'Deletes a tenant that has no resources, with its API keys, roles and secrets.',
    rest: { method: 'DELETE', path: '/tenants/{id}', status: 200 },
    input: z.strictObject({ id: TenantId, if_revision: ifRevision }),
    output: z.looseObject({}),
    problems: ['not-found', 'in-use', 'policy-denied', 'revision-mismatch', 'conflict'],
  },
  'role.create': {
    ...administer,
    idempotency: 'key',
    feature: 'custom_roles',
    summary: 'Creates a role, limited to the permissions of its creator.',
    rest: { method: 'POST', path: '/roles', status: 201 },
    input: z.strictObject({
      name: newName(ResourceName).describe(
        'Name of the role, unique within the tenant; it cannot be changed',
      ),
      description: Purpose.optional().describe('Description of the role'),
      operations: OperationPatterns,
      ...keyed,
    }),
    output: z.looseObject({ resource: CustomRole }),
    problems: [
      'name-taken',
      'policy-denied',
      'quota-exceeded',
      'feature-disabled',
      'conflict',
      'idempotency-key-reused',
    ],
  },
  'role.get': {
    ...look,
    summary: 'Shows a role and its permitted operations.',
    rest: { method: 'GET', path: '/roles/{id}', status: 200 },
    input: z.strictObject({ id: RoleId }),
    output: CustomRole,
    problems: ['not-found'],
  },
  'role.list': {
    ...look,
    summary: 'Lists roles: built-in roles first, then those of the tenant.',
    rest: { method: 'GET', path: '/roles', status: 200 },
    ...list(CustomRole, {
      filters: { ...named },
      sort: ['id', 'name'],
      search: ['name', 'id'],
    }),
    problems: [],
  },
  'role.update': {
    ...administer,
    feature: 'custom_roles',
    summary: 'Changes the permissions of a role, with immediate effect.',
    rest: { method: 'PATCH', path: '/roles/{id}', status: 200 },
    input: z.strictObject({
      id: RoleId,
      if_revision: ifRevision,
      description: Purpose.nullish().describe('Description of the role'),
      operations: OperationPatterns.optional().describe('New list of permitted operations'),
    }),
    output: z.looseObject({ resource: CustomRole }),
    problems: [
      'not-found',
      'policy-denied',
      'revision-mismatch',
      'feature-disabled',
      'in-use',
      'conflict',
    ],
  },
  'role.delete': {
    ...administer,
    summary: 'Deletes a role that no API key uses.',
    rest: { method: 'DELETE', path: '/roles/{id}', status: 200 },
    input: z.strictObject({ id: RoleId, if_revision: ifRevision }),
    output: z.looseObject({}),
    problems: ['not-found', 'in-use', 'policy-denied', 'revision-mismatch', 'conflict'],
  },
} as const;
