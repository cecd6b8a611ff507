import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeRng } from '../rng.ts';
import type { CapacityResource, ResourcePlan } from './model/capacity.ts';
import { CAPACITY_SETTINGS, planCapacity } from './plan-capacity.ts';
import { planOutlook } from './plan-outlook.ts';

const NOW_MS = Date.UTC(2026, 10, 30);
const HOURS = 500;
const RUNS = { numRuns: 12 };

const resources: fc.Arbitrary<CapacityResource> = fc
  .record({
    seed: fc.string(),
    trend: fc.double({ min: -0.2, max: 0.2, noNaN: true }),
    noise: fc.double({ min: 0, max: 40, noNaN: true }),
    hours: fc.constantFrom(HOURS, HOURS, 300, 0),
    capacity: fc.integer({ min: 1, max: 400 }),
    nodes: fc.constantFrom(0, 4),
    metric: fc.constantFrom('cpu_allocated', 'memory_allocated'),
    scope: fc.constantFrom(
      { kind: 'fleet' as const, name: 'fleet' },
      { kind: 'zone' as const, name: 'a' },
    ),
  })
  .map(({ seed, trend, noise, hours, ...rest }) => {
    const rng = makeRng(seed);
    const values = Array.from({ length: hours }, (_, hour) =>
      Math.max(0, 100 + trend * hour + noise * rng.next()),
    );
    return {
      ...rest,
      id: `${rest.scope.name}/${rest.metric}`,
      unit: 'cores',
      standby: 0,
      use: values.at(-1) ?? 0,
      history: { startS: NOW_MS / 1_000 - hours * 3_600, stepS: 3_600, values },
      leadTimeMs: 14 * 86_400_000,
      offers: [],
    };
  });

const fleets = fc.uniqueArray(resources, { selector: ({ id }) => id, maxLength: 4 });

function plan(fleet: readonly CapacityResource[]): readonly ResourcePlan[] {
  const env = { nowMs: NOW_MS, rng: makeRng('test') };
  const outlooks = fleet.map((each) => planOutlook(each, CAPACITY_SETTINGS, env));
  return planCapacity(outlooks, env).resources;
}

test('intervals contain what is expected', () => {
  fc.assert(
    fc.property(resources, (resource) => {
      for (const { outlook } of plan([resource])) {
        if (outlook.kind !== 'known') continue;
        for (const { lower, point, upper } of [...outlook.horizons, ...outlook.days]) {
          expect(lower).toBeLessThanOrEqual(point);
          expect(point).toBeLessThanOrEqual(upper);
        }
        if (outlook.runOut.kind !== 'expected') continue;
        const { earliestMs, atMs, latestMs } = outlook.runOut;
        expect(earliestMs).toBeLessThanOrEqual(atMs ?? Number.POSITIVE_INFINITY);
        expect(atMs ?? earliestMs).toBeLessThanOrEqual(latestMs ?? Number.POSITIVE_INFINITY);
      }
    }),
    RUNS,
  );
});

test('nodes leave together, never the last one, and nowhere that a resource runs out', () => {
  fc.assert(
    fc.property(fleets, (fleet) => {
      const plans = plan(fleet);
      for (const { resource, outlook, recommendation } of plans) {
        if (recommendation.type !== 'scale_down') continue;
        expect(recommendation.recommendedInstances).toBeGreaterThan(0);
        expect(outlook).toMatchObject({ runOut: { kind: 'not_within' } });
        const ofNodes = plans.filter(
          (other) => other.resource.scope.kind === resource.scope.kind && other.resource.nodes > 0,
        );
        expect(ofNodes.map((other) => other.recommendation.type)).not.toContain('maintain');
      }
    }),
    RUNS,
  );
});

test('a plan depends neither on the order of resources nor on when it is made again', () => {
  fc.assert(
    fc.property(fleets, (fleet) => {
      expect(plan(fleet.toReversed())).toEqual(plan(fleet));
    }),
    RUNS,
  );
});
