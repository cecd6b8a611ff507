import { afterEach, describe, expect, test } from '@jest/globals';
import { type RunningNovacron, startNovacron } from './start-novacron.ts';
import { waitUntil } from './wait-until.ts';

const VM = { name: 'web-01', cpu_cores: 2, memory_gb: 4, disk_gb: 20 };

describe('startNovacron', () => {
  let novacron: RunningNovacron | undefined;

  afterEach(async () => {
    await novacron?.stop();
  });

  test('starts a server that makes VMs on its simulated fleet', async () => {
    novacron = await startNovacron();
    const { resource, operation } = await novacron.expectOk('vm.create', VM);
    expect(await novacron.waitFor(operation.id)).toMatchObject({ status: 'succeeded' });
    const vm = await novacron.expectOk('vm.get', { id: resource.id });
    expect(vm).toMatchObject({ name: 'web-01', status: 'running' });
    const machines = await novacron.fleet.drivers.get(String(vm.node))?.inspect();
    expect(machines).toMatchObject({ ok: true, value: [{ vm_id: vm.id, status: 'running' }] });
  });

  test('brings problems back as values, and as errors where the test expects none', async () => {
    novacron = await startNovacron();
    const answer = await novacron.call('vm.create', { ...VM, cpu_cores: 1000 });
    expect(answer).toMatchObject({ ok: false, error: { code: 'no-capacity' } });
    const wrongKey = await novacron.call('identity.whoami', {}, { apiKey: 'ncr_wrong' });
    expect(wrongKey).toMatchObject({ ok: false, error: { code: 'unauthenticated' } });
    await expect(novacron.expectOk('vm.create', { ...VM, cpu_cores: 1000 })).rejects.toThrow(
      'vm.create was refused: no-capacity',
    );
  });

  test('answers requests that wait for an operation when it stops', async () => {
    novacron = await startNovacron();
    for (const driver of novacron.fleet.drivers.values()) {
      driver.faults.add({ action: 'create', kind: 'hang' });
    }
    const { operation } = await novacron.expectOk('vm.create', VM);
    const waiting = novacron.call('operation.wait', { id: operation.id });
    // By the time that a later request is answered the earlier one has arrived.
    await novacron.expectOk('identity.whoami', {});
    const startedAtMs = performance.now();
    await novacron.stop();
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
    expect(await waiting).toMatchObject({ ok: true, value: { status: 'running' } });
    novacron = undefined;
  });
});

describe('waitUntil', () => {
  test('answers with the value as soon as there is one', async () => {
    let looks = 0;
    const value = await waitUntil('a third look', () => {
      looks += 1;
      return looks === 3 ? 'seen' : undefined;
    });
    expect(value).toBe('seen');
  });

  test('names what it waited for in vain, with the last trouble as the cause', async () => {
    const waiting = waitUntil('a miracle', () => Promise.reject(new Error('no')), {
      timeoutMs: 20,
    });
    await expect(waiting).rejects.toMatchObject({
      message: 'waited 20 ms in vain for a miracle',
      cause: new Error('no'),
    });
  });
});
