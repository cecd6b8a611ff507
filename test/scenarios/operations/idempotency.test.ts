import { describe, expect, test } from '@jest/globals';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const KEY = 'shop/novacron_vm/web-01';
const ASKED = { ...SMALL_VM, idempotency_key: KEY };

describe('a create with an idempotency key', () => {
  const bench = useBench();

  test('answers a repeat with the same ids, while it runs and after its end', async () => {
    const first = await bench().expectOk('vm.create', ASKED);
    const second = await bench().expectOk('vm.create', ASKED);
    await bench().end(first.operation);
    const third = await bench().expectOk('vm.create', ASKED);
    for (const repeat of [second, third]) {
      expect(repeat.resource.id).toBe(first.resource.id);
      expect(repeat.operation.id).toBe(first.operation.id);
    }
    expect(third).toMatchObject({
      resource: { status: 'running' },
      operation: { status: 'succeeded' },
    });
    expect((await bench().expectOk('vm.list', {})).items).toHaveLength(1);
  });

  test('makes one VM however many repeats come at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => bench().expectOk('vm.create', ASKED)),
    );
    expect(new Set(answers.map(({ resource }) => resource.id)).size).toBe(1);
  });

  test('refuses another request under the same key', async () => {
    await bench().expectOk('vm.create', ASKED);
    for (const other of [
      await bench().expectProblem('vm.create', { ...ASKED, name: 'web-02' }),
      await bench().expectProblem('vm.create', ASKED, { deployment: 'another' }),
      await bench().expectProblem('network.create', {
        name: 'front',
        cidr: '10.0.0.0/16',
        idempotency_key: KEY,
      }),
    ]) {
      expect(other).toMatchObject({
        code: 'idempotency-key-reused',
        detail: `The idempotency key ${KEY} was used for a request with different content.`,
        remedy: 'Use a new key for a new request.',
      });
    }
  });

  test('is a conflict that names the VM once its answer was confirmed', async () => {
    const first = await bench().expectOk('vm.create', ASKED);
    const confirmed = await bench().expectOk('idempotency.confirm', { keys: [KEY, 'never-used'] });
    expect(confirmed).toEqual({ confirmed: 1 });
    expect(await bench().expectProblem('vm.create', ASKED)).toMatchObject({
      code: 'name-taken',
      data: { resource_id: first.resource.id },
    });
    expect(await bench().expectOk('idempotency.confirm', { keys: [KEY] })).toEqual({
      confirmed: 0,
    });
  });

  test('is listed by the beginning of its key until its answer was confirmed', async () => {
    const [shop, other] = ['shop/vm/a', 'stock/vm/b'];
    const { resource } = await bench().expectOk('vm.create', { ...ASKED, idempotency_key: shop });
    const second = { ...ASKED, name: 'web-02', idempotency_key: 'shop/vm/b' };
    await bench().expectOk('vm.create', second);
    await bench().expectOk('vm.create', { ...ASKED, name: 'web-03', idempotency_key: other });
    const prefix = 'shop/vm/';
    const first = await bench().expectOk('idempotency.list', { prefix, limit: 1 });
    expect(first).toMatchObject({ items: [{ id: shop, resource_id: resource.id }] });
    const rest = await bench().expectOk('idempotency.list', {
      prefix,
      cursor: String(first.next_cursor),
    });
    expect(rest).toMatchObject({ items: [{ id: 'shop/vm/b' }], next_cursor: null });
    await bench().expectOk('idempotency.confirm', { keys: [shop, 'shop/vm/b'] });
    expect(await bench().expectOk('idempotency.list', { prefix })).toMatchObject({ items: [] });
    expect(await bench().expectOk('idempotency.list', { prefix: other })).toMatchObject({
      items: [{ id: other }],
    });
  });

  test('may be asked for again after it failed', async () => {
    for (const { faults } of bench().fleet.drivers.values()) {
      faults.add({ action: 'create', kind: 'fail-final' });
    }
    const first = await bench().expectOk('vm.create', ASKED);
    expect(await bench().end(first.operation)).toMatchObject({ status: 'failed' });
    for (const { faults } of bench().fleet.drivers.values()) faults.clear();
    const second = await bench().expectOk('vm.create', ASKED);
    expect(second.resource.id).not.toBe(first.resource.id);
    expect(await bench().end(second.operation)).toMatchObject({ status: 'succeeded' });
  });

  test('makes a new VM when the first one was deleted, even unconfirmed', async () => {
    const first = await bench().expectOk('vm.create', ASKED);
    await bench().end(first.operation);
    await bench().end((await bench().expectOk('vm.delete', { id: first.resource.id })).operation);
    const asked = { ...ASKED, memory_gb: 2 };
    const answers = await Promise.all([1, 2, 3].map(() => bench().expectOk('vm.create', asked)));
    expect(new Set(answers.map(({ resource }) => resource.id)).size).toBe(1);
    expect(answers[0]?.resource.id).not.toBe(first.resource.id);
  });

  test.each([
    ['network.create', { name: 'front', cidr: '10.0.0.0/16' }],
    ['volume.create', { name: 'data', size_gb: 1 }],
    ['policy.create', { name: 'P', type: 'resource', rule: 'package p\n\nwarn := {"hi"}\n' }],
  ] as const)('%s answers a repeat too', async (name, input) => {
    const first = await bench().expectOk(name, { ...input, idempotency_key: KEY });
    const second = await bench().expectOk(name, { ...input, idempotency_key: KEY });
    expect(second).toMatchObject({ resource: first.resource, operation: first.operation });
  });

  test('belongs to its tenant: another one may use the same key', async () => {
    const tenant = await bench().expectOk('tenant.create', { name: 'other' });
    const found = await bench().application.authenticate(tenant.secret ?? '');
    if (!found.ok) throw new Error(found.error.detail);
    const principal = found.value;
    const first = await bench().expectOk('vm.create', ASKED);
    const other = await bench().expectOk('vm.create', ASKED, { principal });
    expect(other.resource.id).not.toBe(first.resource.id);
  });
});
