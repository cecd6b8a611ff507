import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import {
  createVirtualTime,
  type VirtualTime,
} from '../../../../agent/src/test-kit/virtual-time.ts';
import { openTemporaryStore } from '../../../adapters/store/sqlite/temporary-store.ts';
import { auditRow, commitAll } from '../../../adapters/store/suite/rows.ts';
import type { Change, Store } from '../../../ports/store.ts';
import { createAuditChain } from '../../kernel/audit/audit-chain.ts';
import type { ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { auditVerification } from './verify-continuously.ts';

const DAY_MS = 86_400_000;

/** Entries that one round verifies. */
const ROUND = 5_000;

const otherwise = problem('conflict', { detail: 'lost', remedy: 'none' });
const NO_ROW: Change = { kind: 'require-none', of: 'leases', where: { id: 'x' }, otherwise };

let store: Store;
let remove: () => Promise<void>;
let time: VirtualTime;
let guard: Change;
let errors: string[];

beforeEach(async () => {
  ({ store, remove } = await openTemporaryStore());
  time = createVirtualTime();
  guard = NO_ROW;
  errors = [];
});

afterEach(() => remove());

async function addEntries(from: number, count: number): Promise<void> {
  const ids = Array.from({ length: count }, (_, index) => String(from + index).padStart(6, '0'));
  await commitAll(
    store,
    ids.map((id) => ({ kind: 'put', into: 'audit', row: auditRow(`aud_${id}`) })),
  );
  const ignore = (): void => undefined;
  const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  await createAuditChain({ store, timers: time.timers, logger }).catchUp();
}

async function runRound() {
  const ignore = (): void => undefined;
  const budget: ReconcilerBudget = {
    mayContinue: () => true,
    holdsLease: () => true,
    progress: () => 0,
    noteProgress: ignore,
    guard: () => guard,
  };
  const error = (_fields: unknown, message: string): number => errors.push(message);
  const logger = { debug: ignore, info: ignore, warn: ignore, error };
  await auditVerification({ store, clock: time.clock, logger }).run(budget);
  const [row] = await store.read({ from: 'audit_verifications' });
  return row;
}

async function change(id: string, principal: string): Promise<void> {
  const set = { principal };
  await commitAll(store, [{ kind: 'update', table: 'audit', id, set, otherwise }]);
}

describe('the verification of audit logs', () => {
  test('goes on in the next round where a log is longer than one', async () => {
    await addEntries(1, ROUND + 1);
    expect(await runRound()).toMatchObject({ position: ROUND, verified_at_ms: null });
    expect(await runRound()).toMatchObject({
      position: ROUND + 1,
      verified_at_ms: time.clock.nowMs(),
      broken_at_ms: null,
    });
  });

  test('finds new entries that were changed, and earlier ones within a day', async () => {
    await addEntries(1, 3);
    await runRound();
    await change('aud_000001', 'intruder');
    await addEntries(4, 2);
    await time.advance(1_000);
    expect(await runRound()).toMatchObject({ position: 5, broken_at_ms: null });
    await time.advance(DAY_MS);
    const brokenMs = time.clock.nowMs();
    expect(await runRound()).toMatchObject({ position: 5, broken_at_ms: brokenMs });
    expect(errors).toEqual(['the audit log was changed']);
  });

  test('says that a log is intact again only after a whole walk', async () => {
    await addEntries(1, 2);
    const [entry] = await store.read({ from: 'audit', where: { id: 'aud_000002' } });
    await change('aud_000002', 'intruder');
    const brokenMs = time.clock.nowMs();
    expect(await runRound()).toMatchObject({ broken_at_ms: brokenMs });
    await change('aud_000002', entry?.principal ?? '');
    await time.advance(1_000);
    expect(await runRound()).toMatchObject({ broken_at_ms: brokenMs });
    await time.advance(DAY_MS);
    expect(await runRound()).toMatchObject({ broken_at_ms: null });
  });

  test('begins after the entries that retention has deleted', async () => {
    await addEntries(1, 3);
    const [second] = await store.read({ from: 'audit', where: { position: 2 } });
    const mark_json = JSON.stringify({ position: 2, hash: second?.hash });
    await commitAll(store, [
      { kind: 'put', into: 'audit_checkpoints', row: { id: second?.tenant_id ?? '', mark_json } },
      { kind: 'drop', from: 'audit', id: 'aud_000001' },
      { kind: 'drop', from: 'audit', id: 'aud_000002' },
    ]);
    expect(await runRound()).toMatchObject({ position: 3, broken_at_ms: null });
  });

  test('stores nothing once another server has the lease', async () => {
    await addEntries(1, 1);
    guard = { ...NO_ROW, of: 'audit_heads', where: {} };
    expect(await runRound()).toBeUndefined();
  });
});
