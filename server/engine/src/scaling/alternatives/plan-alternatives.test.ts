import { describe, expect, test } from '@jest/globals';
import type { PriceList, PriceModel } from '../../cost/model/price-list.ts';
import { makeRng } from '../../rng.ts';
import { explainAlternatives } from './explain-alternatives.ts';
import type { AlternativesQuestion, Shape } from './model/alternatives.ts';
import { planAlternatives } from './plan-alternatives.ts';

function listOf(model: PriceModel): PriceList {
  const stored = {
    volumeGb: new Map(),
    addresses: new Map(),
    snapshotGb: undefined,
    imageGb: undefined,
  };
  return { id: 'plst_1', name: 'list', currency: 'EUR', validFromMs: 0, model, ...stored };
}

/** 0.025 per core-hour and 0.006 per GB-hour, spot 60 % less. */
const GENERIC = listOf({
  kind: 'generic',
  parts: { cpuCore: 25_000, memoryGb: 6_000, diskGb: 0 },
  spotRatio: 400_000,
  discounts: [],
  zones: new Map(),
});

const QUESTION: AlternativesQuestion = {
  list: GENERIC,
  nodeClass: null,
  zone: 'a',
  addressClasses: [],
  tenantVms: 4,
  diskGb: 0,
  member: { cpuCores: 4, memoryGb: 8 },
  isSpot: false,
  size: 'demand',
  minSize: 1,
  maxSize: 40,
  demand: { load: 2.5, usageMax: 0.8, servedBy: 'cpu', by: 'forecast', model: 'ensemble' },
  memoryUsedGb: 2,
  nodeSizes: [{ cpuCores: 64, memoryGb: 256 }],
  weights: { cost: 0.4, performance: 0.4, risk: 0.2 },
  spotRiskMax: 0.2,
};

const nameOf = ({ member, size, spotSize }: Shape) => `${size}x${member.cpuCores}/${spotSize}`;

describe('alternatives', () => {
  test('serve the peak at the target within the bounds, and say what they give up', () => {
    const { present, alternatives, recommended } = planAlternatives(QUESTION);
    expect(nameOf(present)).toBe('4x4/0');
    expect(present).toMatchObject({ usage: 0.625, costPerHour: 592_000 });
    // Three members serve 2.4 of 2.5 within the accepted usage.
    expect(present.risk).toBeCloseTo(0.04);
    const smaller = alternatives.find((each) => nameOf(each) === '7x2/0');
    expect(smaller?.costPerHour).toBe(518_000);
    expect(smaller?.givesUp).toEqual(['peak usage 0.63 -> 0.71']);
    const spot = alternatives.find((each) => nameOf(each) === '4x4/2');
    expect(spot?.givesUp).toEqual(['an interruption of spot takes 50 % of capacity, before 0 %']);
    expect(spot?.risk).toBeCloseTo(0.24);
    expect(recommended).toBe(alternatives[0]);
    const bounded = planAlternatives({ ...QUESTION, maxSize: 5 });
    expect(bounded.alternatives.every(({ size }) => size <= 5)).toBe(true);
  });

  test('follow the weights of cost, performance and risk', () => {
    const bestBy = (cost: number, performance: number, risk: number) => {
      const plan = planAlternatives({ ...QUESTION, weights: { cost, performance, risk } });
      return nameOf(plan.recommended ?? plan.present);
    };
    expect(bestBy(1, 0, 0)).toBe('7x2/7');
    expect(bestBy(0, 1, 0)).toBe('4x4/0');
    expect(bestBy(0, 0.5, 0.5)).toBe('4x4/0');
    expect(bestBy(0.5, 0.3, 0.2)).toBe('4x4/2');
  });

  test('have as much memory as members use, and in proportion more where fewer serve', () => {
    const sizes = (memoryUsedGb: number | undefined) =>
      new Set(
        planAlternatives({ ...QUESTION, memoryUsedGb }).alternatives.map(
          (each) => each.member.cpuCores,
        ),
      );
    expect(sizes(3)).toContain(2);
    expect(sizes(6)).not.toContain(2);
    expect(sizes(undefined)).not.toContain(2);
  });

  test('with an unknown price are ranked by the rest, and that is said', () => {
    const question = { ...QUESTION, list: undefined, size: 3, memoryUsedGb: undefined };
    const plan = planAlternatives(question);
    expect(plan.present).toMatchObject({ costPerHour: undefined });
    expect(plan.recommended).toMatchObject({ size: 4, costPerHour: undefined });
    expect(explainAlternatives(plan, question)).toEqual([
      'The peak is the largest load of the forecast by the median of several models: ' +
        'it needs 83 % ' +
        'of 3 members with 4 cores and 8 GB.',
      'Recommended by the weights: 4 members with 4 cores and 8 GB.',
      'No price list is in force, so shapes are ranked by performance and risk alone.',
      'Memory use is not known, so no alternative has less memory per member.',
    ]);
    const onlyCost = { ...question, weights: { cost: 1, performance: 0, risk: 0 } };
    expect(planAlternatives(onlyCost).recommended).toBeUndefined();
  });

  test('leave out spot whose interruption risk is too high', () => {
    const risky = { cpuCore: 25_000, memoryGb: 6_000, diskGb: 0, nodeCost: undefined };
    const classes = new Map([['default', { ...risky, spotRatio: 300_000, spotRisk: 0.001 }]]);
    const question = { ...QUESTION, list: listOf({ kind: 'node_classes', classes }) };
    const plan = planAlternatives(question);
    expect(plan.alternatives.every(({ spotSize }) => spotSize === 0)).toBe(true);
    expect(explainAlternatives(plan, question).at(-1)).toBe(
      'Spot members are left out where their interruption risk is not known or above 20 % a month.',
    );
    const accepting = planAlternatives({ ...question, spotRiskMax: 0.6 });
    const [line] = accepting.alternatives.flatMap(({ givesUp }) =>
      givesUp.filter((each) => /spot/.test(each)),
    );
    expect(line).toContain('an interruption of spot (52 % a month)');
  });
});

describe('random groups and price lists', () => {
  const rng = makeRng('alternatives');
  const between = (least: number, most: number) => least + rng.next() * (most - least);

  function randomQuestion(): AlternativesQuestion {
    const types = Array.from({ length: 40 }, (_, at) => {
      const cpuCores = 1 + Math.floor(between(0, 8));
      const onDemand = Math.round(cpuCores * between(20_000, 60_000));
      const spot = rng.next() < 0.5 ? undefined : Math.round(onDemand * between(0.2, 0.9));
      const memoryMib = 1_024 * Math.ceil(between(0, 16));
      const interruptionRisk = rng.next() / 2;
      return {
        name: `t${at}`,
        cpuCores,
        memoryMib,
        onDemand,
        spot,
        interruptionRisk,
        reserved: [],
      };
    });
    const cost = Math.round(between(0.1, 0.8) * 10) / 10;
    const performance = (1 - cost) / 2;
    return {
      ...QUESTION,
      list: listOf({ kind: 'instance_types', types, diskGb: 0, spotRiskMax: 0.2 }),
      member: { cpuCores: 1 + Math.floor(between(0, 4)), memoryGb: Math.ceil(between(0, 8)) },
      demand: { ...QUESTION.demand, load: between(0.1, 12), usageMax: between(0.4, 0.9) },
      memoryUsedGb: between(0.1, 2),
      weights: { cost, performance, risk: performance },
    };
  }

  test('never recommend a shape that another one beats, nor one that misses the peak', () => {
    for (let run = 0; run < 100; run += 1) {
      const question = randomQuestion();
      const { alternatives, recommended } = planAlternatives(question);
      for (const each of alternatives) {
        expect(each.usage).toBeLessThanOrEqual(question.demand.usageMax + 1e-9);
        expect(each.size).toBeLessThanOrEqual(question.maxSize);
        const isBeaten = alternatives.some(
          (other) =>
            other !== each &&
            (other.costPerHour ?? 0) <= (each.costPerHour ?? 0) &&
            other.usage <= each.usage &&
            other.risk <= each.risk,
        );
        expect(isBeaten).toBe(false);
        expect(recommended?.score ?? 0).toBeLessThanOrEqual(each.score ?? 0);
      }
      const cheapest = planAlternatives({
        ...question,
        weights: { cost: 1, performance: 0, risk: 0 },
      });
      const least = Math.min(...alternatives.map(({ costPerHour }) => costPerHour ?? 0));
      const found = cheapest.recommended ?? cheapest.present;
      expect(found.costPerHour ?? 0).toBeLessThanOrEqual(least);
    }
  });
});
