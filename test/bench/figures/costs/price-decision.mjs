/** Time to price a VM, and to compare the ways to buy it, by a list of 1,000 instance types. */

import { explainPurchase } from '@novacron/engine/cost/explain-purchase';
import { planPrice } from '@novacron/engine/cost/plan-price';
import { planPurchase } from '@novacron/engine/cost/plan-purchase';
import { makeRng } from '@novacron/engine/rng';
import { percentile, round } from '../../statistics.mjs';

const TYPES = 1_000;
const DECISIONS = 1_000;
const GOAL_MS = 50;

/** Made-up types, each with six commitments as AWS sells them. */
export function makeList() {
  const rng = makeRng('price-decision');
  const types = Array.from({ length: TYPES }, (_, at) => {
    const cpuCores = 2 ** (at % 8);
    const onDemand = Math.round(cpuCores * 50_000 * (0.8 + 0.4 * rng.next()));
    const reserved = [1, 3].flatMap((years) =>
      [0, 0.5, 1].map((paid) => {
        const hourly = Math.round(onDemand * (1 - 0.15 * years));
        const upfront = Math.round(hourly * paid * 8_760 * years);
        return { years, upfront, hourly: Math.round(hourly * (1 - paid)) };
      }),
    );
    const spot = Math.round(onDemand * 0.3);
    const memoryMib = cpuCores * 4_096;
    const interruptionRisk = rng.next() / 2;
    return {
      name: `made-up-${at}`,
      cpuCores,
      memoryMib,
      onDemand,
      spot,
      interruptionRisk,
      reserved,
    };
  });
  const model = { kind: 'instance_types', types, diskGb: 0, spotRiskMax: 0.2 };
  const empty = {
    volumeGb: new Map(),
    addresses: new Map(),
    snapshotGb: undefined,
    imageGb: undefined,
  };
  return { id: 'plst_bench', name: 'bench', currency: 'USD', validFromMs: 0, model, ...empty };
}

export const figure = {
  name: 'price-decision',
  summary: 'slowest in a hundred prices and comparisons of purchases among 1,000 instance types',
  measure: async () => {
    const list = makeList();
    const times = Array.from({ length: DECISIONS }, (_, at) => {
      const size = { cpuCores: 1 + (at % 64), memoryMib: 4_096 * (1 + (at % 32)) };
      const question = { ...size, list, tenantVms: 1, hoursPerMonth: at % 730 };
      const asked = { ...question, months: 36, spotRiskMax: 0.2 };
      const began = performance.now();
      const place = { spot: false, nodeClass: null, zone: '', addressClasses: [], tenantVms: 1 };
      planPrice(list, { kind: 'vm', amounts: { ...size, diskGb: 0 }, ...place });
      explainPurchase(planPurchase(asked), asked);
      return performance.now() - began;
    });
    const value = round(percentile(times, 0.99), 2);
    return { value, unit: 'ms', goal: GOAL_MS, better: 'lower', ok: value <= GOAL_MS };
  },
};
