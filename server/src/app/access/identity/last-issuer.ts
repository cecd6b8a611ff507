/**
 * Keeps a tenant able to issue API keys: the last key that may create others is not removed, also
 * where two callers each remove the other's key at once. A tenant whose last key with all rights
 * goes could issue none with these rights again, so that one stays as well. Keys that expire count
 * only where no other is left, so that no expiry locks a tenant out. Tokens of an identity provider
 * do not count: the provider may be unavailable.
 */
import {
  missingOperations,
  type OperationSet,
  operationsOfPatterns,
  operationsOfRole,
} from '@novacron/contract/operations-table/permissions';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { replan } from '../../rows/resource-problems.ts';
import type { AccessDeps } from '../deps.ts';
import { patternsOf } from './find-role.ts';

/** Effect of a change that removes access: a key, or operations of the holders of a role. */
export type Loss =
  | { readonly kind: 'key'; readonly id: string; readonly name: string }
  | { readonly kind: 'role'; readonly name: string; readonly operations: OperationSet };

/** A key that has not expired, and what its role allows. */
interface LiveKey {
  readonly row: Tables['api_keys'];
  readonly operations: OperationSet;
}

/**
 * Guarantees that some key must still meet after a change, the strongest first: the first guarantee
 * that a key meets before the change must also be met afterwards.
 */
const GUARANTEES: readonly ((key: LiveKey) => boolean)[] = [
  (key) => issues(key) && lasts(key) && isAdmin(key),
  (key) => issues(key) && lasts(key),
  issues,
];

/**
 * Checks that a tenant can issue keys after a change as well as before. A guard comes with every
 * change, also with one that takes nothing away now: what it takes away may matter by the time of
 * its commit.
 * @returns guards to commit with the change: of two changes at once the later one is checked again.
 *   Problems: `in-use`.
 */
export async function keepIssuer(
  { store, clock }: Pick<AccessDeps, 'store' | 'clock'>,
  tenantId: string,
  loss: Loss,
): Promise<Result<ChangeSet, Problem>> {
  const rule = `issuers/${tenantId}`;
  const { keys, roles, rules } = await store.snapshot({
    keys: { from: 'api_keys', where: { tenant_id: tenantId } },
    roles: { from: 'roles', where: { tenant_id: tenantId } },
    rules: { from: 'rule_versions', where: { id: rule } },
  });
  const operationsByRole = new Map(
    roles.map((row) => [row.name, operationsOfPatterns(patternsOf(row))]),
  );
  const nowMs = clock.nowMs();
  const before = keys
    .filter((row) => !hasExpired(row, nowMs))
    .map((row) => ({
      row,
      operations: operationsByRole.get(row.role) ?? operationsOfRole(row.role),
    }));
  const after = before.flatMap((key) => withLoss(key, loss));
  const kept = GUARANTEES.find((isMet) => before.some(isMet));
  if (kept !== undefined && !after.some(kept)) return err(lastIssuer(loss, after.filter(issues)));
  const otherwise = replan('Another API key or role');
  const guard: Change = { kind: 'move-rule', rule, from: rules[0]?.version ?? 0, otherwise };
  return ok([guard]);
}

/** A key after a change: without what its role loses, or not at all. */
function withLoss(key: LiveKey, loss: Loss): readonly LiveKey[] {
  if (loss.kind === 'key') return key.row.id === loss.id ? [] : [key];
  return [key.row.role === loss.name ? { ...key, operations: loss.operations } : key];
}

function hasExpired({ expires_at_ms }: Tables['api_keys'], nowMs: number): boolean {
  return expires_at_ms !== null && expires_at_ms <= nowMs;
}

function lasts({ row }: LiveKey): boolean {
  return row.expires_at_ms === null;
}

function issues({ operations }: LiveKey): boolean {
  return operations.has('api_key.create');
}

function isAdmin({ operations }: LiveKey): boolean {
  return missingOperations(operations, operationsOfRole('admin')).length === 0;
}

/** @param others - the keys that may create others after the change */
function lastIssuer(loss: Loss, others: readonly LiveKey[]): Problem {
  const what = loss.kind === 'key' ? `The key ${loss.name} is` : `A key of role ${loss.name} is`;
  const isAdminLost = others.some(lasts);
  const which = isAdminLost ? ' with all rights' : others.length === 0 ? '' : ' without an expiry';
  const end = isAdminLost ? 'key with all rights' : 'key';
  return problem('in-use', {
    detail:
      `${what} the last one${which} that may create API keys: without it, no ${end} can be ` +
      'created.',
    remedy:
      'Create another key first whose role allows api_key.create and that does not expire: ' +
      'novacron api-key create NAME --role admin.',
  });
}
