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

/** A longer list cannot be reviewed. */
const STATE_PATTERNS_MAX = 50;

/** Longest pattern: a name and its `*`. Unit: characters. */
const STATE_PATTERN_LENGTH_MAX = 64;

/** States of Terraform by name, or by how their names begin: `network`, `prod-*`. */
export const StatePatterns = z
  .array(
    z
      .string()
      .max(STATE_PATTERN_LENGTH_MAX, { abort: true })
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9._-]*\*?$/,
        'must be the name of a state, or the beginning of names and *, such as prod-*',
      ),
  )
  .min(1)
  .max(STATE_PATTERNS_MAX);

/** Whether patterns match the name of a state, or everything that another pattern matches. */
export function coversState(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );
}

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
  terraform_states: z
    .array(z.string())
    .nullish()
    .describe('The only states of Terraform that the key may use; null: all'),
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
