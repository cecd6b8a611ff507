/** On demand, spot and commitments: cost, when each pays off, and what it gives up. */
import { expect, test } from '@jest/globals';
import { explainPurchase } from './explain-purchase.ts';
import type { InstanceType, PriceList, PriceModel } from './model/price-list.ts';
import type { PurchaseQuestion } from './model/purchase.ts';
import { planPurchase } from './plan-purchase.ts';

/** 0.20 an hour; a year for 1,000 at once, or for 0.16 an hour. */
const LARGE: InstanceType = {
  name: 'large',
  cpuCores: 4,
  memoryMib: 16_384,
  onDemand: 200_000,
  spot: 70_000,
  interruptionRisk: 0.1,
  reserved: [
    { years: 1, upfront: 1_000_000_000, hourly: 0 },
    { years: 1, upfront: 0, hourly: 160_000 },
  ],
};
const RISKY: InstanceType = { ...LARGE, name: 'risky', spot: 30_000, interruptionRisk: 0.25 };
const SMALL: InstanceType = { ...LARGE, name: 'small', cpuCores: 2, onDemand: 10_000, spot: 1 };

function listOf(model: PriceModel): PriceList {
  const parts = {
    volumeGb: new Map(),
    addresses: new Map(),
    snapshotGb: undefined,
    imageGb: undefined,
  };
  return { id: 'plst_1', name: 'cloud', currency: 'USD', validFromMs: 0, model, ...parts };
}

function ask(more: Partial<PurchaseQuestion> = {}, types = [SMALL, LARGE, RISKY]) {
  const question: PurchaseQuestion = {
    list: listOf({ kind: 'instance_types', types, diskGb: 0, spotRiskMax: 0.2 }),
    cpuCores: 4,
    memoryMib: 8_192,
    tenantVms: 1,
    hoursPerMonth: 730,
    months: 12,
    spotRiskMax: 0.2,
    ...more,
  };
  const plan = planPurchase(question);
  return { ...plan, lines: explainPurchase(plan, question) };
}

test('each way to buy is listed with its cost, the cheapest first, and what it gives up', () => {
  expect(ask().lines).toEqual([
    'Cheapest for 730 hours per month, 12 months: spot (large).',
    'spot (large): 613.20 USD, 65 % less than on demand. It may be interrupted: with a ' +
      'probability of 10 % within a month.',
    'reserved for 1 year, all upfront (large): 1000.00 USD, 43 % less than on demand. All hours ' +
      'of 1 year are paid, used or not. 1000.00 are paid at the start of each term. It costs ' +
      'less than on demand from 417 hours per month.',
    'reserved for 1 year, no upfront (large): 1401.60 USD, 20 % less than on demand. All hours ' +
      'of 1 year are paid, used or not. It costs less than on demand from 584 hours per month.',
    'on demand (large): 1752.00 USD. No commitment and no interruptions.',
    'The spot price of risky is lower, but left out: its interruption risk is 25 %, and 20 % ' +
      'is accepted.',
  ]);
});

test('a higher accepted risk, or a lower one, decides about spot prices', () => {
  expect(ask({ spotRiskMax: 0.25 }).options[0]).toMatchObject({ kind: 'spot', type: 'risky' });
  const { options } = ask({ spotRiskMax: 0.05 });
  expect(options.map(({ kind }) => kind)).toEqual(['reserved', 'reserved', 'on_demand']);
});

test('a spot price whose risk is not known is left out', () => {
  const { options, lines } = ask({}, [{ ...LARGE, interruptionRisk: undefined }]);
  expect(options.some(({ kind }) => kind === 'spot')).toBe(false);
  expect(lines.at(-1)).toContain('its interruption risk is not known');
});

test.each([
  // Hours per month, the cheapest without spot, months until the upfront price has paid off.
  [730, 'upfront', 6.85],
  [420, 'upfront', 11.9],
  [416, 'on demand', null],
  [0, 'on demand', null],
])('%i hours of use per month: %s', (hoursPerMonth, cheapest, months) => {
  const { options } = ask({ hoursPerMonth, spotRiskMax: 0 });
  const [best] = options;
  expect(best?.kind === 'reserved' ? 'upfront' : 'on demand').toBe(cheapest);
  const upfront = options.find(({ kind, hourly }) => kind === 'reserved' && hourly === 0);
  const paidOff = upfront?.breakEvenMonths ?? null;
  expect(paidOff === null ? null : Number(paidOff.toFixed(2))).toBe(months);
});

test('a term that has begun is paid to its end', () => {
  const totals = [12, 13].map((months) =>
    ask({ months }).options.find(({ upfront }) => upfront > 0),
  );
  expect(totals.map((option) => option?.total)).toEqual([1_000_000_000, 2_000_000_000]);
});

test('a commitment that costs more than on demand never pays off', () => {
  const reserved = [{ years: 1, upfront: 0, hourly: 210_000 }];
  const [, option] = ask({ spotRiskMax: 0 }, [{ ...LARGE, reserved }]).options;
  expect(option).toMatchObject({ kind: 'reserved', breakEvenHours: null, breakEvenMonths: null });
});

test('no type is large enough', () => {
  expect(ask({ cpuCores: 8 }).lines).toEqual(['The price list has no type that is large enough.']);
});

test('classes of nodes are compared as types; those that may be withdrawn have a risk', () => {
  const prices = { memoryGb: 0, diskGb: 0, spotRatio: 1_000_000, nodeCost: undefined };
  const classes = new Map([
    ['steady', { ...prices, cpuCore: 50_000, spotRisk: 0 }],
    ['fleeting', { ...prices, cpuCore: 10_000, spotRisk: 0.0001 }],
  ]);
  const list = listOf({ kind: 'node_classes', classes });
  const { options } = ask({ list });
  expect(options).toMatchObject([
    { kind: 'spot', type: 'fleeting', hourly: 40_000 },
    { kind: 'on_demand', type: 'steady', hourly: 200_000 },
  ]);
  expect(options[0]?.risk).toBeCloseTo(0.0704, 4);
});
