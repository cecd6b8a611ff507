/**
 * Chains audit entries after the commits that wrote them, each tenant's in one gapless order.
 *
 * Why afterwards: a hash that is made with the write depends on the previous entry, so all writes
 * of a tenant would contend for one row, and every second one would be retried. Here a write only
 * inserts, and one commit chains hundreds of entries. The price is a window of about {@link
 * CHAIN_DELAY_MS} in which an entry is not protected yet; verifying closes it first.
 *
 * Any number of servers may chain: the head row of a tenant is compared and swapped, so the chain
 * cannot fork, and the loser reads again.
 */
import { problem } from '@novacron/contract/problem/problem';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { KernelDeps } from '../context/deps.ts';
import { auditChainHash, CHAIN_START } from './audit-chain-hash.ts';

/** Time for which entries are collected before they are chained together. */
const CHAIN_DELAY_MS = 200;

/** Backoff after a commit that the store refused. */
const RETRY_MS = 1_000;

/** Maximum number of entries in one commit. */
const ENTRIES_PER_ROUND_MAX = 500;

/** Attempts after conflicts with other servers before waiting. */
const ROUNDS_LOST_MAX = 8;

/** Extends the chain. */
export interface AuditChain {
  /** Signals that there may be new entries. */
  readonly signal: () => void;
  /** Resolves when everything that was committed before this call is chained, or cannot be now. */
  readonly catchUp: () => Promise<void>;
  /** Resolves when no chaining is in progress. */
  readonly stop: () => Promise<void>;
}

type Deps = Pick<KernelDeps, 'store' | 'timers' | 'logger'>;

/** Makes the chain's writer; it runs a little after each signal. */
export function createAuditChain(deps: Deps): AuditChain {
  let running: Promise<void> | undefined;
  let cancel: (() => void) | undefined;
  let stopped = false;

  async function work(): Promise<void> {
    for (let lost = 0; lost < ROUNDS_LOST_MAX && !stopped; ) {
      const outcome = await chainRound(deps);
      if (outcome === 'done') return;
      if (outcome === 'failed') return later(RETRY_MS);
      if (outcome === 'lost') lost += 1;
    }
    later(RETRY_MS);
  }

  function later(delayMs: number): void {
    if (stopped || cancel !== undefined) return;
    cancel = deps.timers.after(delayMs, () => {
      cancel = undefined;
      void catchUp();
    });
  }

  async function catchUp(): Promise<void> {
    // A run in progress may have read before the newest entries were committed.
    await running;
    running ??= work()
      .catch((cause) => {
        deps.logger.warn({ cause }, 'audit entries wait: the store cannot be read');
        later(RETRY_MS);
      })
      .finally(() => {
        running = undefined;
      });
    await running;
  }

  return {
    signal: () => later(CHAIN_DELAY_MS),
    catchUp,
    stop: async () => {
      stopped = true;
      cancel?.();
      await running;
    },
  };
}

type Outcome = 'done' | 'more' | 'lost' | 'failed';

async function chainRound({ store, logger }: Deps): Promise<Outcome> {
  const rows = await store.read({
    from: 'audit',
    where: { position: null },
    orderBy: { column: 'id', direction: 'asc' },
    limit: ENTRIES_PER_ROUND_MAX,
    // A damaged entry gets its place like any other; verifying the chain names it.
    damaged: 'blank',
  });
  if (rows.length === 0) return 'done';
  const tenants = [...new Set(rows.map(({ tenant_id }) => tenant_id))];
  const heads = await store.read({ from: 'audit_heads', where: { id: { in: tenants } } });
  const changes = tenants.flatMap((tenantId) =>
    chainTenant(
      tenantId,
      heads.find(({ id }) => id === tenantId),
      rows.filter(({ tenant_id }) => tenant_id === tenantId),
    ),
  );
  const done = await store.commit(changes);
  if (done.ok) return rows.length < ENTRIES_PER_ROUND_MAX ? 'done' : 'more';
  if (done.error.code === 'conflict') return 'lost';
  logger.warn({ problem: done.error }, 'audit entries wait to be chained');
  return 'failed';
}

function chainTenant(
  tenantId: string,
  head: Tables['audit_heads'] | undefined,
  rows: readonly Tables['audit'][],
): ChangeSet {
  const changes: Change[] = [];
  let position = head?.position ?? 0;
  let hash = head?.hash ?? CHAIN_START;
  for (const row of rows) {
    position += 1;
    hash = auditChainHash({ row, position, previous: hash });
    changes.push({
      kind: 'update',
      table: 'audit',
      id: row.id,
      set: { position, hash },
      expect: { position: null },
      otherwise: outrun(tenantId),
    });
  }
  return [moveHead(tenantId, head, { position, hash }), ...changes];
}

function moveHead(
  tenantId: string,
  head: Tables['audit_heads'] | undefined,
  to: { readonly position: number; readonly hash: string },
): Change {
  const otherwise = outrun(tenantId);
  if (head === undefined) {
    return { kind: 'insert', into: 'audit_heads', row: { id: tenantId, ...to }, otherwise };
  }
  const { position, hash } = head;
  const expect = { position, hash };
  return { kind: 'update', table: 'audit_heads', id: tenantId, set: to, expect, otherwise };
}

function outrun(tenantId: string) {
  return problem('conflict', {
    detail: `Another server chained audit entries of ${tenantId} at the same time.`,
    remedy: 'No action is required: the chain is read again.',
  });
}
