/** Roles that tenants make for themselves, beside the three that are built in. */
import { z } from 'zod';
import { RoleId, TenantId } from '../ids.ts';
import { PrincipalName, ResourceName, Timestamp } from '../schema/resource.ts';

/** Pattern of operations that a role allows: `vm.create`, or `*` for the noun, the verb or both. */
export const OperationPattern = z
  .string()
  .max(64, { abort: true })
  .regex(
    /^(?:\*|(?:\*|[a-z][a-z_]*)\.(?:\*|[a-z][a-z_]*))$/,
    'must be NOUN.VERB, where each may be * (vm.*, *.get, policy.list), or * for all',
  );

/** A longer list of patterns cannot be reviewed. */
const PATTERNS_MAX = 128;

/** Operations that a role allows. */
export const OperationPatterns = z
  .array(OperationPattern)
  .min(1)
  .max(PATTERNS_MAX)
  .describe('Permitted operations: vm.create, vm.*, *.get');

/** A role as answers carry it. */
export const CustomRole = z.looseObject({
  id: RoleId,
  tenant_id: TenantId,
  name: ResourceName,
  description: z.string().nullable(),
  built_in: z.boolean().describe('admin, operator and viewer are the same in every tenant'),
  operations: z.array(z.string()).describe('Patterns of the permitted operations'),
  allowed: z.array(z.string()).describe('Operations of this release that match the patterns'),
  revision: z.int().describe('Increases with each change; the ETag'),
  created_at: Timestamp.nullable().describe('null for built-in roles'),
  created_by: PrincipalName,
  updated_at: Timestamp.nullable(),
  updated_by: PrincipalName,
});
export type CustomRole = z.infer<typeof CustomRole>;
