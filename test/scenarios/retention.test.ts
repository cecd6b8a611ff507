import { describe, expect, test } from '@jest/globals';
import { KEY_LIFE_MS, RETENTION_MS } from '@novacron/server/app/retention';
import { makeVm, SMALL_VM, useBench } from './test-kit/use-bench.ts';

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

  test('a key that nobody confirmed for a week is forgotten, and its VM is not', async () => {
    const vm = await makeVm(bench(), { idempotency_key: 'create-web-01' });
    await age(KEY_LIFE_MS + 1);
    await bench().advance(RETENTION_MS + 1_000);
    expect(await keys()).toEqual([]);
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ status: 'running' });
    const again = { ...SMALL_VM, idempotency_key: 'create-web-01' };
    expect(await bench().expectProblem('vm.create', again)).toMatchObject({ code: 'name-taken' });
  });

  test('a younger key still answers', async () => {
    const vm = await makeVm(bench(), { idempotency_key: 'create-web-01' });
    await age(KEY_LIFE_MS - 2 * RETENTION_MS);
    await bench().advance(RETENTION_MS + 1_000);
    const again = { ...SMALL_VM, idempotency_key: 'create-web-01' };
    expect((await bench().expectOk('vm.create', again)).resource.id).toBe(vm.id);
  });
});
