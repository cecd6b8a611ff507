/** The formula of a generic cloud: parts, multipliers of zones, discounts by the number of VMs. */
import { describe, expect, test } from '@jest/globals';
import type { ChargeState } from './model/charge.ts';
import type { PriceList } from './model/price-list.ts';
import { planPrice } from './plan-price.ts';
import { planRate } from './plan-rate.ts';

/** The list of `examples/price-lists/generic.json`. */
const LIST: PriceList = {
  id: 'plst_generic',
  name: 'generic',
  currency: 'USD',
  validFromMs: 0,
  model: {
    kind: 'generic',
    parts: { cpuCore: 25_000, memoryGb: 6_000, diskGb: 200 },
    spotRatio: 400_000,
    discounts: [
      { from: 5, discount: 50_000 },
      { from: 10, discount: 100_000 },
      { from: 25, discount: 150_000 },
    ],
    zones: new Map([
      ['us-east', 1_000_000],
      ['us-west', 1_100_000],
      ['eu-west', 1_200_000],
      ['asia-pac', 1_300_000],
    ]),
  },
  volumeGb: new Map(),
  addresses: new Map(),
  snapshotGb: undefined,
  imageGb: undefined,
};

/** 4 cores, 16 GB and 100 GB: 0.196 for CPU and memory, 0.02 for the disk. */
const AMOUNTS = { cpuCores: 4, memoryMib: 16_384, diskGb: 100 };

test.each([
  ['us-east', 1, false, 216_000],
  ['us-east', 4, false, 216_000],
  ['us-east', 5, false, 206_200],
  ['us-east', 9, false, 206_200],
  ['us-east', 10, false, 196_400],
  ['us-east', 24, false, 196_400],
  ['us-east', 25, false, 186_600],
  ['us-west', 1, false, 235_600],
  ['eu-west', 1, false, 255_200],
  ['asia-pac', 1, false, 274_800],
  ['asia-pac', 25, false, 236_580],
  ['elsewhere', 1, false, 216_000],
  ['us-east', 1, true, 98_400],
  ['asia-pac', 25, true, 106_632],
])('in %s the VM number %i, spot %s, costs %i micro-units', (zone, tenantVms, spot, rate) => {
  const price = planPrice(LIST, {
    kind: 'vm',
    amounts: AMOUNTS,
    spot,
    nodeClass: null,
    zone,
    tenantVms,
    addressClasses: [],
  });
  expect(planRate({ price, amounts: AMOUNTS, state: 'running' })).toBe(rate);
});

describe('the addresses of a VM', () => {
  const addresses = new Map([
    ['public', 5_000],
    ['default', 200],
  ]);

  test.each<[string, ReadonlyMap<string, number>, readonly (string | null)[], number]>([
    ['each cost the price of its class', addresses, ['public', 'public'], 10_000],
    ['of no class, or one without a price, cost that of `default`', addresses, [null, 'lab'], 400],
    ['are free in a list that does not have their class', new Map(), ['public', null], 0],
  ])('%s, also while it is stopped', (_what, prices, addressClasses, rate) => {
    const vm = { amounts: AMOUNTS, spot: true, nodeClass: null, zone: 'asia-pac', tenantVms: 25 };
    const rateOf = (list: PriceList, state: ChargeState, classes: typeof addressClasses) => {
      const price = planPrice(list, { kind: 'vm', ...vm, addressClasses: classes });
      return planRate({ price, amounts: AMOUNTS, state }) ?? 0;
    };
    const list = { ...LIST, addresses: prices };
    for (const state of ['running', 'stopped'] as const) {
      expect(rateOf(list, state, addressClasses) - rateOf(LIST, state, [])).toBe(rate);
    }
    expect(rateOf(list, 'not_charged', addressClasses)).toBe(0);
  });
});
