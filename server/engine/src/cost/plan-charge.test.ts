/** Charges: intervals of the ledger follow the states of a resource. */
import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import type { ChargedResource, ChargeInterval, ChargeState, OpenCharge } from './model/charge.ts';
import { planCharge, toInterval } from './plan-charge.ts';
import { planRate } from './plan-rate.ts';

const HOUR_MS = 3_600_000;

const VM: ChargedResource = {
  id: 'vm_a',
  kind: 'vm',
  tenantId: 'tnt_a',
  name: 'web-01',
  labels: { team: 'shop' },
  state: 'running',
  amounts: { cpuCores: 2, memoryMib: 4096, diskGb: 20 },
  price: {
    list: 'plst_a',
    currency: 'EUR',
    class: 'default',
    cpuCore: 20_000,
    memoryGb: 5_000,
    diskGb: 100,
    flat: 0,
    addresses: 0,
    factor: 1_000_000,
  },
};

describe('the rate of a VM', () => {
  test.each<[ChargeState, number]>([
    ['running', 62_000],
    ['stopped', 2_000],
    ['not_charged', 0],
  ])('%s: %i micro-units per hour', (state, rate) => {
    expect(planRate({ ...VM, state })).toBe(rate);
  });

  it('is not known without a price, and 0 where nothing is charged', () => {
    expect(planRate({ ...VM, price: null })).toBeNull();
    expect(planRate({ ...VM, price: null, state: 'not_charged' })).toBe(0);
  });

  it('follows the amounts that NovaCron has raised, at the prices of the admission', () => {
    const amounts = { ...VM.amounts, memoryMib: 8192 };
    expect(planRate({ ...VM, amounts })).toBe(82_000);
  });

  it('multiplies CPU and memory by region, discount and spot, and not the disk', () => {
    const price = VM.price && { ...VM.price, factor: 500_000 };
    expect(planRate({ ...VM, price })).toBe(32_000);
  });
});

const opened = planCharge(undefined, VM, 0)?.open;

test('a change of state ends an interval and begins another', () => {
  const change = planCharge(opened, { ...VM, state: 'stopped' }, HOUR_MS);
  expect(change?.ended).toMatchObject({
    state: 'running',
    rate: 62_000,
    fromMs: 0,
    untilMs: HOUR_MS,
  });
  expect(change?.open).toMatchObject({ state: 'stopped', rate: 2_000, sinceMs: HOUR_MS });
});

test('a change that affects no bill changes nothing', () => {
  expect(planCharge(opened, { ...VM }, HOUR_MS)).toBeUndefined();
});

test('what is deleted ends', () => {
  const change = planCharge(opened, undefined, HOUR_MS);
  expect(change?.open).toBeUndefined();
  expect(change?.ended?.untilMs).toBe(HOUR_MS);
});

test('while a clock that was set back catches up, nothing is charged', () => {
  const late = planCharge(undefined, VM, 10 * HOUR_MS)?.open;
  const change = planCharge(late, { ...VM, state: 'stopped' }, 9 * HOUR_MS);
  expect(change?.ended).toBeUndefined();
  expect(change?.open?.sinceMs).toBe(10 * HOUR_MS);
});

test('property: intervals of a resource never overlap, and none is empty', () => {
  const states = fc.constantFrom<ChargeState>('running', 'stopped', 'not_charged');
  const step = fc.record({ state: states, atMs: fc.integer({ min: 0, max: 1_000 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let open: OpenCharge | undefined;
      const ledger: ChargeInterval[] = [];
      for (const { state, atMs } of steps) {
        const change = planCharge(open, { ...VM, state }, atMs);
        if (change === undefined) continue;
        if (change.ended !== undefined) ledger.push(change.ended);
        open = change.open;
      }
      if (open !== undefined) ledger.push(toInterval(open, Math.max(open.sinceMs, 1_001)));
      for (const [at, { fromMs, untilMs }] of ledger.entries()) {
        expect(untilMs).toBeGreaterThan(fromMs);
        expect(fromMs).toBeGreaterThanOrEqual(ledger[at - 1]?.untilMs ?? 0);
      }
    }),
  );
});
