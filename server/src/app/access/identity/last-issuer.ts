/**
 * Keeps a tenant able to issue API keys: the last key that may create others is not removed, also
 * where two callers each remove the other's key at once. Keys that expire count only where no other
 * is left, so that no expiry locks a tenant out. Tokens of an identity provider do not count: the
 * provider may be unavailable.
 */
import {
  type OperationSet,
  operationsOfPatterns,
  operationsOfRole,
} from '@novacron/contract/operations-table/permissions';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { replan } from '../../rows/replan.ts';
import type { AccessDeps } from '../deps.ts';
import { patternsOf } from './find-role.ts';

/** What a change takes away: a key, or operations of the holders of a role. */
export type Loss =
  | { readonly kind: 'key'; readonly id: string; readonly name: string }
  | { readonly kind: 'role'; readonly name: string; readonly operations: OperationSet };

/** What a key needs to issue others. */
const ISSUES = 'api_key.create';

/**
 * Checks that a tenant can issue keys after a change as well as before.
 * @returns guards to commit with the change: of two changes at once the later one is checked again
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
  const before = keys.filter(
    (key) =>
      !hasExpired(key, nowMs) &&
      (operationsByRole.get(key.role) ?? operationsOfRole(key.role)).has(ISSUES),
  );
  const after = before.filter((key) =>
    loss.kind === 'key'
      ? key.id !== loss.id
      : key.role !== loss.name || loss.operations.has(ISSUES),
  );
  if (after.length === before.length) return ok([]);
  const lasting = before.some(lasts) ? after.filter(lasts) : after;
  if (lasting.length === 0) return err(lastIssuer(loss, after.length));
  const otherwise = replan('Another API key or role');
  const guard: Change = { kind: 'move-rule', rule, from: rules[0]?.version ?? 0, otherwise };
  return ok([guard]);
}

function hasExpired({ expires_at_ms }: Tables['api_keys'], nowMs: number): boolean {
  return expires_at_ms !== null && expires_at_ms <= nowMs;
}

function lasts({ expires_at_ms }: Tables['api_keys']): boolean {
  return expires_at_ms === null;
}

function lastIssuer(loss: Loss, expiring: number): Problem {
  const what = loss.kind === 'key' ? `The key ${loss.name} is` : `A key of role ${loss.name} is`;
  const others = expiring === 0 ? '' : ' without an expiry';
  return problem('in-use', {
    detail:
      `${what} the last one${others} that may create API keys; ` +
      'without it no key can be issued any more.',
    remedy:
      'Create another key first whose role allows api_key.create and that does not expire: ' +
      'novacron api-key create NAME --role admin.',
  });
}
