/** Access control: roles, API keys and the identity of a caller. */
import { z } from 'zod';
import { ApiKeyId, TenantId } from '../ids.ts';
import { PrincipalName, ResourceName, Timestamp } from '../schema/resource.ts';

/** Roles, each allowing what the next one allows and more. */
export const ROLES = ['admin', 'operator', 'viewer'] as const;
/** A role that is built in. */
export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

/** Whether a role is enough for an operation that needs `needed`. */
export function hasRole(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) <= ROLES.indexOf(needed);
}

/** Role of a credential: a built-in role or a role of the tenant. */
export const RoleName = ResourceName.describe(
  'Name of a role: admin, operator, viewer, or a role of the tenant',
);

/** An API key as answers carry it: never its secret. */
export const ApiKey = z.looseObject({
  id: ApiKeyId,
  tenant_id: TenantId,
  name: ResourceName,
  role: RoleName,
  person: z
    .string()
    .nullish()
    .describe('Person who uses the key. All keys of one person count as one vote in approvals.'),
  prefix: z
    .string()
    .nullish()
    .describe('First characters of the secret, which identify it; null for old keys'),
  created_at: Timestamp,
  created_by: PrincipalName.nullish().describe('Principal that created it; null for old keys'),
  expires_at: Timestamp.nullable(),
  last_used_at: Timestamp.nullish().describe(
    'Last use, exact to some minutes; null if it was not used yet',
  ),
});
export type ApiKey = z.infer<typeof ApiKey>;

/** Names of the HTTP headers that carry the origin of a call. */
export const CLIENT_HEADER = 'novacron-client';
export const DEPLOYMENT_HEADER = 'novacron-deployment';

/** The program that calls. */
export const ClientName = z.enum(['terraform', 'cli', 'rest', 'dashboard', 'platform']);
export type ClientName = z.infer<typeof ClientName>;

/** The deployment of a call that names none. */
export const DEFAULT_DEPLOYMENT = 'default';
