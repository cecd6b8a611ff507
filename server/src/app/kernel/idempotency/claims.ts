/**
 * Claims: the answer of a keyed create belongs to one run. Without them, two states that send the
 * same create would both store its resource. Source of the idea: leases with fencing, Gray and
 * Cheriton 1989; the two steps of a delivery are those of an outbox.
 */

import {
  ADMINISTRATIVE_KINDS,
  terraformTypeOf,
} from '@novacron/contract/administration/administrative-kinds';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { oneOf } from '@novacron/contract/schema/kind-in-words';
import { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { Change } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { replan } from '../../rows/resource-problems.ts';

/**
 * Time for which a run counts as alive after its create and after each renewal; clients renew three
 * times as often. Only liveness depends on it: an answer that changed its run cannot be delivered
 * by the earlier run. Unit: milliseconds.
 */
export const CLAIM_LEASE_MS = 10_000;

type KeyRow = Tables['idempotency_keys'];
/** Columns of a key about its claim. */
export type ClaimColumns = Pick<KeyRow, 'claim' | 'lease_until_ms' | 'delivered_at_ms'>;

/** To whom the stored answer of a create is available. */
export type ClaimStanding =
  /** To this request: it has the claim, or none was ever made. */
  | { readonly kind: 'own' }
  /** To this request, once the claim is moved to it: the run that had it has ended. */
  | { readonly kind: 'abandoned' }
  /** To another run, which is alive. */
  | { readonly kind: 'held'; readonly remainingMs: number }
  /** To a state that has not confirmed it. */
  | { readonly kind: 'delivered' };

/** The columns of a new key. */
export function newClaim(claim: string | undefined, nowMs: number): ClaimColumns {
  return {
    claim: claim ?? null,
    lease_until_ms: claim === undefined ? null : nowMs + CLAIM_LEASE_MS,
    delivered_at_ms: null,
  };
}

/** Decides to whom an answer is available. A request without a claim is one of another run. */
export function standingOf(row: ClaimColumns, claim: string | undefined, nowMs: number) {
  return judge(row, claim ?? null, nowMs);
}

function judge(row: ClaimColumns, claim: string | null, nowMs: number): ClaimStanding {
  if (row.claim === claim) return { kind: 'own' };
  if (row.delivered_at_ms !== null) return { kind: 'delivered' };
  const remainingMs = (row.lease_until_ms ?? 0) - nowMs;
  return remainingMs > 0 ? { kind: 'held', remainingMs } : { kind: 'abandoned' };
}

/**
 * Moves an abandoned answer to a request; of several requests at once, one succeeds.
 * @param to.executionId - the execution whose step sent the request
 */
export function moveClaim(
  row: KeyRow,
  to: { readonly claim: string | undefined; readonly executionId: string | undefined },
  nowMs: number,
): Change {
  return {
    kind: 'update',
    table: 'idempotency_keys',
    id: row.id,
    set: { ...newClaim(to.claim, nowMs), execution_id: to.executionId ?? null },
    expect: {
      operation_id: row.operation_id,
      claim: row.claim,
      lease_until_ms: row.lease_until_ms,
      delivered_at_ms: row.delivered_at_ms,
    },
    otherwise: replan('The idempotency key'),
  };
}

/** Returns the problem of a create whose answer belongs to another run; `name-taken`. */
export function claimedByAnother(
  { target_kind: kind, target_id: id, target_name: name }: Tables['operations'],
  standing: Extract<ClaimStanding, { readonly kind: 'held' | 'delivered' }>,
): Problem {
  const what = `${oneOf(kind)} named ${JSON.stringify(name)}`;
  const fields = [{ path: ['name'], message: `is the name of ${id}` }];
  if (standing.kind === 'held') {
    const { remainingMs } = standing;
    const seconds = Math.ceil(remainingMs / 1000);
    return problem('name-taken', {
      detail: `${what} is being created by another run with the same configuration: ${id}.`,
      remedy:
        'Choose another name if two configurations use it. If that run was interrupted, run ' +
        `this one again in ${seconds} seconds: it then takes over the unfinished creation.`,
      fields,
      data: { resource_id: id, unconfirmed: 'held', retry_after_ms: remainingMs },
    });
  }
  return problem('name-taken', {
    detail:
      `${what} exists already: ${id}. It was created by a run that was interrupted or has not ` +
      'finished: Terraform has not confirmed that the resource is in its state.',
    remedy: `${importRemedy(kind, id)} Otherwise choose another name.`,
    fields,
    data: { resource_id: id, unconfirmed: 'delivered' },
  });
}

function importRemedy(kind: string, id: string): string {
  const known = ResourceKind.safeParse(kind);
  const other = ADMINISTRATIVE_KINDS.find((each) => each === kind);
  const type = known.success
    ? RESOURCE_DEFINITIONS[known.data].type
    : other === undefined
      ? undefined
      : terraformTypeOf(other);
  if (type === undefined) {
    return `If this configuration was interrupted, use the existing one, ${id}, or delete it.`;
  }
  return (
    'If this configuration was interrupted and no Terraform state of any workspace or directory ' +
    `contains it (terraform state list -id=${id}), import it: terraform import ${type}.NAME ` +
    `${id}, or the block import { to = ${type}.NAME, id = "${id}" } on lines of its own.`
  );
}
