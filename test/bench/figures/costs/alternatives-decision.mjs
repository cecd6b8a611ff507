/** Time to compare shapes of a group by a list of 1,000 instance types. */

import { explainAlternatives } from '@novacron/engine/scaling/alternatives/explain-alternatives';
import { planAlternatives } from '@novacron/engine/scaling/alternatives/plan-alternatives';
import { percentile, round } from '../../statistics.mjs';
import { makeList } from './price-decision.mjs';

const DECISIONS = 100;
const GOAL_MS = 200;

function askFor(list, at) {
  return {
    list,
    nodeClass: null,
    zone: '',
    addressClasses: [],
    tenantVms: 1,
    diskGb: 20,
    member: { cpuCores: 2 ** (at % 5), memoryGb: 4 * 2 ** (at % 4) },
    isSpot: false,
    size: 'demand',
    minSize: 1,
    maxSize: 100,
    demand: { load: 1 + (at % 20), usageMax: 0.7, servedBy: 'both', by: 'rule', model: undefined },
    memoryUsedGb: 1,
    nodeSizes: [{ cpuCores: 128, memoryGb: 512 }],
    weights: { cost: 0.4, performance: 0.4, risk: 0.2 },
    spotRiskMax: 0.2,
  };
}

export const figure = {
  name: 'alternatives-decision',
  summary: 'slowest in a hundred comparisons of shapes of a group among 1,000 instance types',
  measure: async () => {
    const list = makeList();
    const times = Array.from({ length: DECISIONS }, (_, at) => {
      const question = askFor(list, at);
      const began = performance.now();
      explainAlternatives(planAlternatives(question), question);
      return performance.now() - began;
    });
    const value = round(percentile(times, 0.99), 2);
    return { value, unit: 'ms', goal: GOAL_MS, better: 'lower', ok: value <= GOAL_MS };
  },
};
