import { describe, expect, test } from '@jest/globals';
import { RETENTION_MS } from '@novacron/server/app/platform/retention/create-retention';
import { RETENTION_TIMES } from '@novacron/server/app/platform/retention/retention-times';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const KEY_LIFE_MS = RETENTION_TIMES.idempotencyKeysMs;

describe('retention', () => {
  const bench = useBench();

  function keys() {
    return bench().store.read({ from: 'idempotency_keys' });
  }

  /** Makes a key as old as if its create had been asked for that long ago. */
  async function age(ageMs: number): Promise<void> {
    const rows = await keys();
    const created_at_ms = bench().deps.clock.nowMs() - ageMs;
    const changes = rows.map((row) => {
      return { kind: 'put', into: 'idempotency_keys', row: { ...row, created_at_ms } } as const;
    });
    await bench().store.commit(changes);
  }

  test('a key that was not confirmed for a week is deleted, and its VM is not', async () => {
    const vm = await makeVm(bench(), { idempotency_key: 'create-web-01' });
    await age(KEY_LIFE_MS + 1);
    await bench().skip(RETENTION_MS);
    expect(await keys()).toEqual([]);
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ status: 'running' });
    const again = { ...SMALL_VM, idempotency_key: 'create-web-01' };
    expect(await bench().expectProblem('vm.create', again)).toMatchObject({ code: 'name-taken' });
  });

  test('a younger key still answers', async () => {
    const vm = await makeVm(bench(), { idempotency_key: 'create-web-01' });
    await age(KEY_LIFE_MS - 2 * RETENTION_MS);
    await bench().skip(RETENTION_MS);
    const again = { ...SMALL_VM, idempotency_key: 'create-web-01' };
    expect((await bench().expectOk('vm.create', again)).resource.id).toBe(vm.id);
  });
});

describe('events that were forgotten', () => {
  const bench = useBench();

  test('leave no gap for a reader that continues from before them', async () => {
    const { expectOk, expectProblem, store, advance } = bench();
    await makeVm(bench());
    await makeVm(bench(), { name: 'web-02' });
    await advance(1_000);
    const { items } = await expectOk('event.list', {});
    expect(items.map(({ position }) => position)).toEqual(items.map((_, index) => index + 1));
    const [first, second] = items;
    for (const event of [first, second]) {
      if (event !== undefined) await store.commit([{ kind: 'drop', from: 'events', id: event.id }]);
    }
    expect(await expectProblem('event.list', { after_position: 1 })).toMatchObject({
      code: 'resume-expired',
      detail:
        'Events after position 1 have been deleted: the oldest stored one has the position 3.',
      remedy: 'Read the resources again, then follow events without a position.',
      data: { after_position: 1, oldest_position: 3 },
    });
    const rest = { items: items.slice(2), last_position: items.length };
    expect(await expectOk('event.list', { after_position: 2 })).toEqual(rest);
    expect(await expectOk('event.list', {})).toEqual(rest);
  });
});

describe('retention of half an hour', () => {
  const shortMs = RETENTION_MS / 2;
  const retention = {
    ...RETENTION_TIMES,
    auditMs: shortMs,
    operationsMs: shortMs,
    idempotencyKeysMs: shortMs,
  };
  const bench = useBench({ retention });

  test('the audit log is verified from its first entry, which cannot be forged', async () => {
    const { expectOk, expectProblem, store, storeOnDisk, deps, advance } = bench();
    for (const count of [1, 2, 3]) {
      await expectOk('network.create', { name: `n${count}`, cidr: `10.${count}.0.0/16` });
    }
    const before = await expectOk('audit.verify', {});
    await advance(RETENTION_MS - 60_000);
    await expectOk('network.create', { name: 'young', cidr: '10.9.0.0/16' });
    await expectOk('audit.verify', {});
    await advance(120_000);
    const { last_position: end, last_hash } = before;
    const after = await expectOk('audit.verify', { known_position: end, known_hash: last_hash });
    expect(after).toMatchObject({ entries: 1, forgotten_up_to: end, last_position: end + 1 });
    const wrong = { known_position: end, known_hash: 'ab'.repeat(32) };
    expect(await expectProblem('audit.verify', wrong)).toMatchObject({
      code: 'audit-broken',
      detail: expect.stringContaining('deleted entry does not have the recorded hash'),
    });
    expect(await expectProblem('audit.verify', { known_position: 1 })).toMatchObject({
      code: 'validation-failed',
      detail: `The audit log up to position ${end} was deleted by retention.`,
      remedy: 'Set a position after 1, or omit it.',
    });
    const rows = await store.read({ from: 'audit' });
    const drops = rows.map(({ id }) => ({ kind: 'drop', from: 'audit', id }) as const);
    await store.commit(drops);
    const mark_json = JSON.stringify({ position: end + 1, hash: rows.at(-1)?.hash });
    const forged = { id: bench().admin.tenantId, mark_json };
    await storeOnDisk.commit([{ kind: 'put', into: 'audit_checkpoints', row: forged }]);
    await expect(deps.store.read({ from: 'audit_checkpoints' })).rejects.toThrow(
      'is not encrypted',
    );
  });

  test('an operation is forgotten with its log, and what it made is not', async () => {
    const vm = await makeVm(bench());
    await bench().skip(RETENTION_MS);
    expect(await bench().store.read({ from: 'operations' })).toEqual([]);
    expect(await bench().store.read({ from: 'operation_log' })).toEqual([]);
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ status: 'running' });
  });
});
