import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { explainHealth } from './explain-health.ts';
import type { CheckResult } from './model/health.ts';
import { planChecks } from './plan-checks.ts';
import { planHealth, startHealth } from './plan-health.ts';

const THRESHOLDS = { healthyAfter: 3, unhealthyAfter: 2, startPeriodMs: 60_000 };
const INTERVAL_MS = 30_000;
const WORDS: Readonly<Record<string, CheckResult>> = { p: 'passed', f: 'failed', u: 'unknown' };

/** The states after each result, a check every interval. */
function follow(results: string): string {
  let health = startHealth(0);
  return [...results]
    .map((letter, at) => {
      const nowMs = at * INTERVAL_MS;
      health = planHealth(health, WORDS[letter] ?? 'unknown', THRESHOLDS, { nowMs });
      return health.state[0];
    })
    .join('');
}

describe('a VM', () => {
  test.each([
    ['is healthy after three passes', 'ppp', 'ssh'],
    ['is unhealthy after two failures', 'pppfff', 'sshhuu'],
    ['is healthy again after three passes', 'pppffppp', 'sshhuuuh'],
    ['is not judged by one failure', 'pppfpf', 'sshhhh'],
    ['may fail while it starts', 'ffff', 'sssu'],
    ['has started with its first pass', 'pff', 'ssu'],
    ['that cannot be checked stays as it was', 'pppufuf', 'sshhhhu'],
  ])('%s', (_title, results, states) => {
    expect(follow(results)).toBe(states);
  });

  test('changes its state by as many equal results in a row only', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[pf]{1,40}$/), (results) => {
        const states = follow(results);
        [...states].forEach((state, at) => {
          if (at === 0 || state === states[at - 1]) return;
          const needed = state === 'h' ? 'ppp' : 'ff';
          expect(results.slice(0, at + 1).endsWith(needed)).toBe(true);
        });
      }),
    );
  });
});

test('health is explained with what the check saw', () => {
  const health = startHealth(0);
  expect(explainHealth('web', health, null)).toBe('web starts');
  expect(explainHealth('web', { ...health, state: 'healthy' }, 'old')).toBe('web is healthy');
  expect(explainHealth('web', { ...health, state: 'unhealthy' }, 'answers 503')).toBe(
    'web is unhealthy: answers 503',
  );
});

describe('checks', () => {
  const vm = (id: string, lastMs: number | null, node = 'a') => {
    return { id, node, intervalMs: INTERVAL_MS, lastMs };
  };
  const limits = { underWay: [], checksMax: 100, checksOnNodeMax: 100 };

  test('of a VM come once an interval, at a phase of its own', () => {
    const phases = new Set<number>();
    for (const id of ['vm_1', 'vm_2', 'vm_3', 'vm_4']) {
      let lastMs: number | null = null;
      const times: number[] = [];
      for (let nowMs = 1_000_000; nowMs < 1_000_000 + 10 * INTERVAL_MS; nowMs += 1_000) {
        if (planChecks({ ...limits, vms: [vm(id, lastMs)] }, { nowMs }).check.length === 0)
          continue;
        lastMs = nowMs;
        times.push(nowMs);
      }
      expect(times.length).toBeGreaterThanOrEqual(10);
      expect(times.length).toBeLessThanOrEqual(11);
      const steps = times.slice(2).map((at, index) => at - (times[index + 1] ?? 0));
      expect(new Set(steps)).toEqual(new Set([INTERVAL_MS]));
      phases.add((times[1] ?? 0) % INTERVAL_MS);
    }
    expect(phases.size).toBeGreaterThan(1);
  });

  test('stay within the budgets of the fleet and of nodes', () => {
    const vms = ['vm_1', 'vm_2', 'vm_3', 'vm_4'].map((id) => vm(id, null));
    const ids = (input: Partial<Parameters<typeof planChecks>[0]>) =>
      planChecks({ ...limits, vms, ...input }, { nowMs: 5 }).check.map(({ id }) => id);
    expect(ids({ checksMax: 2 })).toEqual(['vm_1', 'vm_2']);
    expect(ids({ checksMax: 2, underWay: ['b'] })).toEqual(['vm_1']);
    expect(ids({ checksOnNodeMax: 3, underWay: ['a', 'b'] })).toEqual(['vm_1', 'vm_2']);
  });

  test('say when the next one is due', () => {
    const plan = planChecks({ ...limits, vms: [vm('vm_1', 1_000_000)] }, { nowMs: 1_000_000 });
    expect(plan.check).toEqual([]);
    expect(plan.nextMs).toBeGreaterThan(1_000_000);
    expect(plan.nextMs).toBeLessThanOrEqual(1_000_000 + INTERVAL_MS);
    expect(planChecks({ ...limits, vms: [] }, { nowMs: 0 }).nextMs).toBeNull();
  });
});
