import { describe, expect, test } from '@jest/globals';
import { ScalingRule } from '@novacron/contract/kinds/vm-group/group-scaling';
import type { RuleSize } from '../decide/model/scaling.ts';
import { planDemand } from './plan-demand.ts';

const CPU = ScalingRule.parse({ kind: 'target', metric: 'cpu_utilization_ratio', value: 0.6 });
const QUEUE = ScalingRule.parse({ kind: 'target', metric: 'queue_length_count', value: 10 });

function wishOf(rule: number, { metric, kind }: ScalingRule, more: Partial<RuleSize>): RuleSize {
  const scope = metric === CPU.metric ? 'member' : 'group';
  return { rule, kind, metric, scope, state: 'known', forecast: 'off', ...more };
}

const cpu = wishOf(0, CPU, { load: 2, loadHorizon: 2.4 });
const queue = wishOf(1, QUEUE, { load: 50, loadHorizon: 50 });
const settings = { rules: [CPU, QUEUE] };

describe('the peak of a group', () => {
  test('is the largest load of the forecast, by the rule that counts', () => {
    const peak = { load: 3, lower: 2, upper: 4, sizeLower: 4, sizeUpper: 7 };
    const by = {
      model: 'arima',
      accuracyRatio: 0.9,
      accuracyMin: 0.7,
      choice: 'backtest',
    } as const;
    const forecast = { ...cpu, peak, by, forecast: 'used' } as const;
    const known = { settings, used: undefined, size: 4 };
    const most = planDemand({ ...known, decision: { rules: [forecast, queue], combine: 'min' } });
    expect(most).toMatchObject({ load: 3, usageMax: 0.6, by: 'forecast', model: 'arima' });
    const other = planDemand({ ...known, decision: { rules: [cpu, queue], combine: 'max' } });
    expect(other).toMatchObject({ load: 4, usageMax: 0.8, servedBy: 'both', by: 'rule' });
  });

  test('is what members have used where no rule says it, and unknown without measurements', () => {
    const decision = { rules: [], combine: 'max' } as const;
    expect(planDemand({ decision, settings: null, used: 0.3, size: 4 })).toMatchObject({
      load: 1.2,
      usageMax: 0.8,
      servedBy: 'cpu',
    });
    expect(planDemand({ decision, settings: null, used: undefined, size: 4 })).toBeUndefined();
  });
});
