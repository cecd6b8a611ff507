/** Resolves the name of a role in a tenant. Nothing is cached: a change takes effect at once. */

import { ROLES, Role } from '@novacron/contract/access/identity';
import {
  type OperationSet,
  operationsOfPatterns,
  operationsOfRole,
} from '@novacron/contract/operations-table/permissions';
import { nearName } from '@novacron/contract/problem/find-near-name';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Store } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';

/** A role as stored now. */
export interface FoundRole {
  readonly name: string;
  readonly operations: OperationSet;
  /** The row of a role that the tenant created; undefined for a built-in one. */
  readonly row: Tables['roles'] | undefined;
}

/** The role fields of a principal: operations only where the tenant created the role. */
export function carriedRole({ name, operations, row }: FoundRole): {
  readonly role: string;
  readonly operations?: OperationSet;
} {
  return row === undefined ? { role: name } : { role: name, operations };
}

/** Finds a role by its name; undefined where the tenant has no such role. */
export async function findRole(
  store: Store,
  tenantId: string,
  name: string,
): Promise<FoundRole | undefined> {
  if (Role.safeParse(name).success) {
    return { name, operations: operationsOfRole(name), row: undefined };
  }
  const [row] = await store.read({ from: 'roles', where: { tenant_id: tenantId, name } });
  if (row === undefined) return undefined;
  return { name, operations: operationsOfPatterns(patternsOf(row)), row };
}

/** The patterns of a role that a tenant created. */
export function patternsOf(row: Tables['roles']): readonly string[] {
  // Written from the contract's own list of patterns.
  return JSON.parse(row.operations_json);
}

/** Finds the role that a request names. Problems: `reference-unknown`, with the closest name. */
export async function requireRole(
  store: Store,
  tenantId: string,
  name: string,
): Promise<Result<FoundRole, Problem>> {
  const found = await findRole(store, tenantId, name);
  if (found !== undefined) return ok(found);
  const rows = await store.read({ from: 'roles', where: { tenant_id: tenantId } });
  const near = nearName(name, [...ROLES, ...rows.map((row) => row.name)]);
  return err(
    problem('reference-unknown', {
      detail: `The tenant has no role named ${name}.`,
      remedy:
        near === undefined
          ? `Use ${ROLES.join(', ')} or a role of the tenant: novacron role list.`
          : `Did you mean ${near}? novacron role list shows all.`,
      fields: [{ path: ['role'], message: 'is not the name of a role' }],
    }),
  );
}
