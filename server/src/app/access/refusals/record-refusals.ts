/**
 * Audits failed authentication and calls that a role does not allow. A flood of them could fill the
 * store, so their number is limited for each caller; the caller's next entry says how many of its
 * refusals were dropped.
 */
import { TenantId } from '@novacron/contract/ids';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { auditChange } from '../../kernel/audit/audit.ts';
import { createLruCache } from '../../kernel/caching/create-lru-cache.ts';
import type { Actor, CallContext, Sender } from '../../kernel/context/call-context.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { AccessDeps } from '../deps.ts';
import type { FailedAuthentication } from '../identity/authenticate.ts';
import { addressBlockOf } from '../limits/address-block.ts';
import { type Allowance, createLimiter, type Limiter } from '../limits/rate-limiter.ts';
import { findPlatformTenant } from '../tenants/tenant-access.ts';

/** A mistyped key in a script is recorded, and a flood adds less than 100 MiB a month. */
const KEPT: Allowance = { burst: 20, perSecond: 0.1 };

/**
 * An attacker sends a new credential each time, so unknown ones are limited for each address, and
 * for all addresses together: many of them add less than 1 GiB a month.
 */
const KEPT_UNKNOWN: Allowance = { burst: 200, perSecond: 1 };
const UNKNOWN = 'unknown';

const NO_TARGET: RefusedRequest['target'] = { id: '', name: '' };

/** Callers whose dropped refusals are counted; those refused longest ago are forgotten. */
const COUNTED_MAX = 10_000;

/** Records refusals. */
export interface RefusalRecorder {
  readonly forbidden: (
    name: OperationName,
    context: CallContext,
    refusal: Problem,
  ) => Promise<void>;
  /** A refused request that calls no operation, with the resource that it names. */
  readonly refused: (refused: RefusedRequest) => Promise<void>;
  readonly unauthenticated: (
    failure: FailedAuthentication,
    sender: Sender | undefined,
  ) => Promise<void>;
}

/** A request that was refused. */
export interface RefusedRequest {
  /** Its name in the audit log. */
  readonly operation: string;
  readonly target: { readonly id: string; readonly name: string };
  readonly context: Pick<CallContext, 'principal' | 'client' | 'clientAddress' | 'requestId'>;
  readonly refusal: Problem;
  /** Reason, if the problem does not tell its sender. */
  readonly reason?: string;
}

interface Refusal {
  /** Names the bucket of the caller. */
  readonly key: string;
  readonly operation: string;
  readonly outcome: string;
  readonly principal: Actor['principal'];
  readonly client: CallContext['client'];
  readonly clientAddress: string | undefined;
  readonly requestId: string;
  readonly keyPrefix?: string | undefined;
  readonly target?: RefusedRequest['target'];
  readonly reason?: string | undefined;
}

/** Makes the recorder of one server. */
export function createRefusalRecorder(deps: AccessDeps): RefusalRecorder {
  const limiter: Limiter = createLimiter(deps.clock, KEPT);
  const unknown: Limiter = createLimiter(deps.clock, KEPT_UNKNOWN);
  const dropped = createLruCache<number>(COUNTED_MAX);

  function drop(key: string, count: number): void {
    dropped.set(key, (dropped.get(key) ?? 0) + count);
  }

  async function record(refusal: Refusal): Promise<void> {
    const { key } = refusal;
    const isUnknown = refusal.principal.name === '';
    if (limiter.take(key) > 0 || (isUnknown && unknown.take(UNKNOWN) > 0)) {
      drop(key, 1);
      return;
    }
    const since = dropped.get(key) ?? 0;
    dropped.delete(key);
    const done = await commitChanges(deps, [changeOf(deps, refusal, since)]);
    if (done.ok) return;
    drop(key, since + 1);
    const { operation } = refusal;
    deps.logger.error({ operation, problem: done.error }, 'a refusal could not be audited');
  }

  const refused: RefusalRecorder['refused'] = ({ operation, target, context, refusal, reason }) =>
    record({
      key: `${context.principal.tenantId}/${context.principal.id}`,
      operation,
      outcome: refusal.code,
      principal: context.principal,
      client: context.client,
      clientAddress: context.clientAddress,
      requestId: context.requestId,
      target,
      reason,
    });

  return {
    forbidden: (operation, context, refusal) =>
      refused({ operation, target: NO_TARGET, context, refusal }),
    refused,
    unauthenticated: async (failure, sender) => {
      const tenantId = failure.tenantId ?? (await firstTenant(deps));
      if (tenantId === undefined) return;
      await record({
        key: bucketOf(failure, tenantId, sender),
        operation: 'authenticate',
        outcome: failure.problem.code,
        principal: credentialOf(failure, tenantId),
        client: 'rest',
        clientAddress: sender?.clientAddress,
        requestId: sender?.requestId ?? '',
        keyPrefix: failure.keyPrefix,
      });
    },
  };
}

function bucketOf(
  { name }: FailedAuthentication,
  tenantId: TenantId,
  sender: Sender | undefined,
): string {
  if (name !== '') return `${tenantId}/${name}`;
  return `${UNKNOWN}/${addressBlockOf(sender?.clientAddress ?? '')}`;
}

/** Unknown credentials belong to no tenant; the first tenant, which runs the server, gets them. */
async function firstTenant(deps: AccessDeps): Promise<TenantId | undefined> {
  const row = await findPlatformTenant(deps.store);
  return row === undefined ? undefined : TenantId.parse(row.id);
}

/** An expired key has the kind of a key; the kind of other credentials is unknown. */
function credentialOf(
  { name, keyId }: FailedAuthentication,
  tenantId: TenantId,
): Actor['principal'] {
  return keyId === undefined
    ? { name, kind: 'unknown', tenantId }
    : { name, kind: 'api_key', tenantId, id: keyId };
}

function changeOf(deps: AccessDeps, refusal: Refusal, dropped: number) {
  const { operation, outcome, keyPrefix, target = NO_TARGET, reason } = refusal;
  return auditChange(deps, refusal, {
    operation,
    outcome,
    keyPrefix,
    resourceKind: '',
    target,
    changes: {
      ...(reason === undefined ? {} : { reason: { was: null, is: reason } }),
      ...(dropped === 0 ? {} : { refusals_not_kept: { was: null, is: dropped } }),
    },
  });
}
