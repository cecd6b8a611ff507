/** What the name of a role means in a tenant. Nothing is remembered: a change counts at once. */

import { ROLES, Role } from '@novacron/contract/identity';
import { nearName } from '@novacron/contract/near-name';
import {
  type OperationSet,
  operationsOfPatterns,
  operationsOfRole,
} from '@novacron/contract/permissions';
import { type Problem, problem } from '@novacron/contract/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Store } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables.ts';

/** A role as it is now. */
export interface FoundRole {
  readonly name: string;
  readonly operations: OperationSet;
  /** Where the tenant made it; undefined for one that is built in. */
  readonly row: Tables['roles'] | undefined;
}

/** What of a role a principal carries: its operations only where the tenant made it. */
export function carriedRole({ name, operations, row }: FoundRole): {
  readonly role: string;
  readonly operations?: OperationSet;
} {
  return row === undefined ? { role: name } : { role: name, operations };
}

/** Finds a role by its name; undefined where the tenant has none of it. */
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

/** The patterns of a role that a tenant made. */
export function patternsOf(row: Tables['roles']): readonly string[] {
  // Written from the contract's own list of patterns.
  return JSON.parse(row.operations_json) as readonly string[];
}

/** Finds a role that somebody named. Problems: `reference-unknown`, with the name meant. */
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
      fields: [{ path: ['role'], message: `there is no role ${name}` }],
    }),
  );
}
