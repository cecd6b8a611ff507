/** CPU of a capacity plan of a large fleet, and of one recommendation. */
import { CAPACITY_SETTINGS, planCapacity } from '@novacron/engine/capacity/plan-capacity';
import { planOutlook } from '@novacron/engine/capacity/plan-outlook';
import { makeRng } from '@novacron/engine/rng';
import { round } from '../../statistics.mjs';

const RESOURCES = 120;
const PLAN_MS_GOAL = 2_000;
const RESOURCE_MS_GOAL = 200;
/** Ten weeks, with a day and a week in them. */
const HOURS = 70 * 24;

export const figure = {
  name: 'capacity-plan-time',
  summary: 'CPU of a capacity plan of 120 resources with ten weeks of hours; slowest of one',
  measure: async () => {
    const env = { nowMs: Date.UTC(2026, 10, 30), rng: makeRng('capacity-plan-time') };
    const resources = Array.from({ length: RESOURCES }, (_, at) => makeResource(at, env));
    planOutlook(resources[0], CAPACITY_SETTINGS, env);
    const times = [];
    const outlooks = resources.map((resource) => {
      const [ms, outlook] = cpuOf(() => planOutlook(resource, CAPACITY_SETTINGS, env));
      times.push(ms);
      return outlook;
    });
    const [planned] = cpuOf(() => planCapacity(outlooks, env));
    const value = round(
      times.reduce((sum, ms) => sum + ms, planned),
      0,
    );
    const slowest = round(Math.max(...times), 1);
    const ok = value <= PLAN_MS_GOAL && slowest <= RESOURCE_MS_GOAL;
    return { value, unit: 'ms', goal: PLAN_MS_GOAL, better: 'lower', ok, slowest_ms: slowest };
  },
};

function cpuOf(work) {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return [(user + system) / 1_000, result];
}

function makeResource(at, { nowMs, rng }) {
  const own = rng.fork(String(at));
  const values = Array.from({ length: HOURS }, (_, hour) => {
    const day = 20 * Math.sin((2 * Math.PI * hour) / 24);
    return 200 + 0.02 * hour + day + 10 * Math.sin((2 * Math.PI * hour) / 168) + own.next();
  });
  return {
    id: `zone:${at}/cpu_allocated`,
    scope: { kind: 'zone', name: String(at) },
    metric: 'cpu_allocated',
    unit: 'cores',
    capacity: 300,
    standby: 0,
    use: values.at(-1),
    history: { startS: nowMs / 1_000 - HOURS * 3_600, stepS: 3_600, values },
    leadTimeMs: 14 * 86_400_000,
    nodes: 5,
    offers: [{ nodeClass: 'large', amount: 64, pricePerHour: null }],
  };
}
