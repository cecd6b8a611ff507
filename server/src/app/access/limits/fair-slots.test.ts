import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createFairSlots, type SlotHolder } from './fair-slots.ts';

const LIMITS = { total: 100, perTenant: 80, perKey: 10, perAddress: 20 };

/** Takes slots until one is refused. @returns how many were given, and the refusal */
function takeAll(slots: ReturnType<typeof createFairSlots>, holderOf: (n: number) => SlotHolder) {
  for (let given = 0; ; given += 1) {
    const taken = slots.take(holderOf(given));
    if (!taken.ok) return { given, found: taken.error };
  }
}

describe('fair slots', () => {
  test('give a key no more than its maximum, and say so', () => {
    const slots = createFairSlots(LIMITS, 'event streams');
    const { given, found } = takeAll(slots, () => ({ keyId: 'key_a', tenantId: 'tnt_a' }));
    expect(given).toBe(10);
    expect(found).toMatchObject({
      code: 'rate-limited',
      detail: 'Your API key or token already has 10 event streams, which is the limit.',
      remedy: expect.stringContaining('streams-per-key-max'),
      data: { scope: 'key', limit: 10 },
    });
  });

  test('leave half to others when one tenant takes all it can with many keys', () => {
    const slots = createFairSlots(LIMITS, 'event streams');
    const greedy = takeAll(slots, (n) => ({ keyId: `key_${n}`, tenantId: 'tnt_a' }));
    expect(greedy.given).toBe(50);
    expect(greedy.found.detail).toBe(
      'Your tenant has 50 event streams; the remaining capacity is reserved for other tenants.',
    );
    expect(slots.take({ keyId: 'key_b', tenantId: 'tnt_b' }).ok).toBe(true);
  });

  test('count an address across tenants, and IPv6 by the network of a customer', () => {
    const slots = createFairSlots(LIMITS, 'event streams');
    const { given, found } = takeAll(slots, (n) => ({
      tenantId: `tnt_${n}`,
      address: `2001:db8::${n.toString(16)}`,
    }));
    expect([given, found.data]).toEqual([20, expect.objectContaining({ scope: 'address' })]);
    expect(slots.check({ address: '2001:db8:0:1::1' }).ok).toBe(true);
  });

  test('are free again when they are given back, and only once', () => {
    const slots = createFairSlots({ ...LIMITS, total: 1 }, 'event streams');
    const taken = slots.take({});
    expect(slots.check({})).toMatchObject({
      error: {
        code: 'unavailable',
        detail: 'The server already serves 1 event streams, which is the limit.',
      },
    });
    if (taken.ok) taken.value();
    if (taken.ok) taken.value();
    expect(slots.take({}).ok).toBe(true);
    expect(slots.take({}).ok).toBe(false);
  });

  test('always have one left for a tenant that has none, however many others take all', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(8), { maxLength: 400 }), (tenants) => {
        const slots = createFairSlots({ ...LIMITS, perKey: 100 }, 'event streams');
        for (const tenant of tenants) slots.take({ tenantId: `tnt_${tenant}` });
        expect(slots.check({ tenantId: 'tnt_new' }).ok).toBe(true);
      }),
    );
  });
});
