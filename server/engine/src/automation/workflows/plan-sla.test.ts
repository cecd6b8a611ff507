import { describe, expect, test } from '@jest/globals';
import { makeRng } from '../../rng.ts';
import { firstMoment, planSla, type SlaState } from './plan-sla.ts';

const times = { warnMs: 100, breachMs: 200, escalateMs: 300 };
const state = (more: Partial<SlaState> = {}): SlaState => ({
  times,
  dueMs: 100,
  endedMs: null,
  ...more,
});

describe('the moments of an SLA', () => {
  test.each([
    ['before all of them', state(), 99, [], 100],
    ['at the warning', state(), 100, ['warning'], 200],
    ['at the breach', state({ dueMs: 200 }), 250, ['breached'], 300],
    ['at the end', state({ dueMs: 300 }), 300, ['escalated'], null],
    ['after hours without a server', state(), 9_000, ['warning', 'breached', 'escalated'], null],
    ['after an end in time', state({ endedMs: 99 }), 9_000, [], null],
    ['after an end that was late', state({ endedMs: 250 }), 9_000, ['warning', 'breached'], null],
    ['at an end in the very moment', state({ endedMs: 100 }), 100, [], 200],
    ['once all are judged', state({ dueMs: null }), 9_000, [], null],
  ])('%s', (_when, given, nowMs, missed, dueMs) => {
    expect(planSla(given, nowMs)).toEqual({ missed, dueMs });
  });

  test('are missed once each, however often and late a server looks', () => {
    const rng = makeRng('slas');
    for (let run = 0; run < 500; run += 1) {
      const warnMs = rng.next() < 0.5 ? null : 1 + Math.floor(rng.next() * 50);
      const escalateMs = rng.next() < 0.5 ? null : 101 + Math.floor(rng.next() * 50);
      const own = { warnMs, breachMs: 100, escalateMs };
      const endMs = rng.next() < 0.3 ? null : Math.floor(rng.next() * 200);
      const seen: string[] = [];
      let dueMs: number | null = firstMoment(own);
      for (let nowMs = 0; nowMs < 400; nowMs += 1 + Math.floor(rng.next() * 60)) {
        const endedMs = endMs !== null && endMs <= nowMs ? endMs : null;
        const plan = planSla({ times: own, dueMs, endedMs }, nowMs);
        seen.push(...plan.missed);
        dueMs = plan.dueMs;
      }
      const late = (atMs: number | null) => atMs !== null && (endMs === null || endMs > atMs);
      expect([dueMs, seen]).toEqual([
        null,
        [
          ...(late(warnMs) ? ['warning'] : []),
          ...(late(100) ? ['breached'] : []),
          ...(late(escalateMs) ? ['escalated'] : []),
        ],
      ]);
    }
  });
});
