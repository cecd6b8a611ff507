/** Roles as answers carry them, including the three built-in ones. */
import { ROLES, type Role } from '@novacron/contract/access/identity';
import type { CustomRole } from '@novacron/contract/access/role';
import { RoleId, TenantId } from '@novacron/contract/ids';
import {
  operationsOfPatterns,
  operationsOfRole,
} from '@novacron/contract/operations-table/permissions';
import type { Tables } from '../../../ports/tables/tables.ts';
import { OWN_PRINCIPALS } from '../../rows/own-principals.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { patternsOf } from '../identity/find-role.ts';

const DESCRIPTIONS: Readonly<Record<Role, string>> = {
  admin: 'Everything in the tenant.',
  operator: 'Creates, changes and deletes resources.',
  viewer: 'Reads resources and previews plans.',
};

/** The ids of built-in roles, the same in every store: no clock ever generates one that small. */
const ID_LENGTH = 26;

/** The built-in roles, as every tenant has them, in the order of their ids. */
export function builtInRoles(tenantId: TenantId): readonly CustomRole[] {
  return ROLES.map((name, index) => {
    const allowed = [...operationsOfRole(name)];
    return {
      id: RoleId.parse(`role_${String(index + 1).padStart(ID_LENGTH, '0')}`),
      tenant_id: tenantId,
      name,
      description: DESCRIPTIONS[name],
      built_in: true,
      operations: name === 'admin' ? ['*'] : allowed,
      allowed,
      revision: 1,
      created_at: null,
      created_by: OWN_PRINCIPALS.novacron,
      updated_at: null,
      updated_by: OWN_PRINCIPALS.novacron,
    };
  });
}

/** A role that a tenant created. */
export function toCustomRole(row: Tables['roles']): CustomRole {
  const patterns = patternsOf(row);
  return {
    id: RoleId.parse(row.id),
    tenant_id: TenantId.parse(row.tenant_id),
    name: row.name,
    description: row.description,
    built_in: false,
    operations: [...patterns],
    allowed: [...operationsOfPatterns(patterns)],
    revision: row.revision,
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.created_by,
    updated_at: toTimestamp(row.updated_at_ms),
    updated_by: row.updated_by,
  };
}
