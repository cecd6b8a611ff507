/** Sizes of groups: what rules want, and what holds a group. */
import { describe, expect, test } from '@jest/globals';
import { VmGroupId, VmId } from '@novacron/contract/ids';
import { GroupScaling } from '@novacron/contract/kinds/vm-group/group-scaling';
import fc from 'fast-check';
import { explainScaling } from './explain-scaling.ts';
import type { GroupDecision, MetricSignal, ScalingGroup, ScalingMember } from './model/scaling.ts';
import { planScaling } from './plan-scaling.ts';

const NOW_MS = Date.UTC(2026, 5, 3, 12);
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const CPU = 'cpu_utilization_ratio';

const TARGET = [{ kind: 'target', metric: CPU, value: 0.5 }];

function member(number: number, other: Partial<ScalingMember> = {}): ScalingMember {
  return {
    id: VmId.parse(`vm_${String(number).padStart(26, '0')}`),
    number,
    state: 'ready',
    createdAtMs: NOW_MS - 24 * HOUR_MS,
    isProtected: false,
    hasOtherState: false,
    isHealing: false,
    ...other,
  };
}

function members(count: number): readonly ScalingMember[] {
  return Array.from({ length: count }, (_, number) => member(number));
}

function signal(value: number | undefined, other: Partial<MetricSignal> = {}): MetricSignal {
  return { metric: CPU, value, membersReporting: 1_000, atMs: NOW_MS, ...other };
}

/** A group of four that may shrink at once: nothing is remembered, so no window is needed. */
function group(settings: object, other: Partial<ScalingGroup> = {}): ScalingGroup {
  const { size = 4 } = other;
  return {
    id: VmGroupId.parse(`vmg_${'0'.repeat(26)}`),
    name: 'web',
    settings: GroupScaling.parse({ rules: TARGET, shrink_window: '0s', ...settings }),
    size,
    minSize: 1,
    maxSize: 10,
    members: members(size),
    signals: [],
    changes: [],
    memory: undefined,
    bootMs: 0,
    isBusy: false,
    ...other,
  };
}

function decide(settings: object, other: Partial<ScalingGroup> = {}, nowMs = NOW_MS) {
  const [decision] = planScaling({ groups: [group(settings, other)] }, { nowMs });
  if (decision === undefined) throw new Error('There is no decision.');
  return decision;
}

function holders({ limitedBy, to }: GroupDecision): string {
  return `${to} ${limitedBy.join(' ')}`.trim();
}

describe('a target', () => {
  test.each([
    [0.5, 4],
    [0.525, 4],
    [0.425, 4],
    [0.375, 3],
    [0.53, 5],
    [0.9, 8],
    [0.2, 2],
    [0, 1],
    [1, 10],
  ])('measured as %d in four members gives %d', (value, size) => {
    expect(decide({}, { signals: [signal(value)] }).to).toBe(size);
  });

  test('has room for load that full members hide', () => {
    expect(decide({}, { maxSize: 20, signals: [signal(0.96)] }).to).toBe(8);
    expect(decide({}, { maxSize: 20, signals: [signal(1)] }).to).toBe(12);
  });

  test('never needs more than the largest group has', () => {
    for (const value of [1e300, Number.MAX_VALUE]) {
      const rules = [{ kind: 'target', metric: 'queue_length_count', value: 1e-9 }];
      const signals = [signal(value, { metric: 'queue_length_count' })];
      const decision = decide({ rules }, { signals });
      expect(decision).toMatchObject({ to: 10, wanted: 1_000, rules: [{ sizeGrow: 1_000 }] });
      expect(decision.memory.needs).toMatchObject([{ size: 1_000 }]);
    }
  });

  test('does not count members twice that are starting', () => {
    const starting = [...members(4), member(4, { state: 'starting' })];
    const busy = { size: 5, members: starting, signals: [signal(0.65)] };
    expect(decide({}, busy)).toMatchObject({ kind: 'keep', to: 5 });
  });
});

describe('thresholds', () => {
  const rules = [{ kind: 'threshold', metric: CPU }];

  test.each([
    [0.71, 5],
    [0.7, 4],
    [0.31, 4],
    [0.29, 3],
  ])('of 0.7 and 0.3 with %d give %d', (value, size) => {
    expect(decide({ rules }, { signals: [signal(value)] }).to).toBe(size);
  });

  test('do not shrink a group that would grow again', () => {
    const close = [{ kind: 'threshold', metric: CPU, up: 0.7, down: 0.6 }];
    expect(decide({ rules: close }, { signals: [signal(0.59)] }).to).toBe(4);
    expect(decide({ rules: close }, { signals: [signal(0.5)] }).to).toBe(3);
  });
});

describe('steps', () => {
  const rules = [
    {
      kind: 'step',
      metric: 'queue_length_count',
      steps: [
        { from: 0, change: -1 },
        { from: 10, change: 0 },
        { from: 50, change: 1 },
        { from: 200, change: 3 },
      ],
    },
  ];

  test.each([
    [-1, 4],
    [5, 3],
    [20, 4],
    [60, 5],
    [900, 7],
  ])('at %d give %d', (value, size) => {
    const signals = [signal(value, { metric: 'queue_length_count' })];
    expect(decide({ rules }, { signals }).to).toBe(size);
  });

  test('count members that are starting as part of a step', () => {
    const starting = [...members(4), member(4, { state: 'starting' })];
    const at = (value: number) => ({
      size: 5,
      members: starting,
      signals: [signal(value, { metric: 'queue_length_count' })],
    });
    expect(decide({ rules }, at(60)).to).toBe(5);
    expect(decide({ rules }, at(900)).to).toBe(7);
  });
});

test('a queue has as many members as keep its wait short', () => {
  const rules = [
    { kind: 'queue', metric: 'arrivals_per_second', service_time: '1s', wait: '500ms' },
  ];
  // Erlang C: 4 servers for 3 requests in service wait 0.51 s, 5 servers 0.12 s.
  const signals = [signal(3, { metric: 'arrivals_per_second' })];
  expect(decide({ rules }, { signals }).to).toBe(5);
});

test('of several rules the largest size counts', () => {
  const rules = [...TARGET, { kind: 'target', metric: 'queue_length_count', value: 10 }];
  const signals = [signal(0.3), signal(62, { metric: 'queue_length_count' })];
  expect(decide({ rules }, { signals }).to).toBe(7);
});

describe('a forecast', () => {
  const forecast = (point: readonly number[], accuracyRatio = 0.9) => ({
    startMs: NOW_MS,
    stepMs: 5 * MINUTE_MS,
    point,
    lower: point,
    upper: point,
    accuracyRatio,
  });
  const flat = (load: number) => forecast(new Array(13).fill(load));
  const settings = { prediction: { horizon: '30m', weight: 1 } };

  test('says which sizes the ends of its interval need', () => {
    const peaks = { ...forecast([2, 3, 2, 2, 2, 2, 2]), lower: [0, 2.5], upper: [9, 4] };
    const decision = decide(settings, { signals: [signal(0.5, { forecast: peaks })] });
    expect(decision.rules[0]?.peak).toEqual({
      load: 3,
      lower: 2.5,
      upper: 4,
      sizeLower: 5,
      sizeUpper: 8,
    });
    expect(explainScaling(decision).join(' ')).toContain(
      'The forecast for the horizon reaches 3 (2.5 to 4), which needs 5 to 8.',
    );
  });

  test('is explained with its model, why that one, and its accuracy', () => {
    const by = (model: string, more: object, accuracyRatio = 0.9) => {
      const prediction = { horizon: '30m', weight: 1, ...more };
      const signals = [signal(0.5, { forecast: { ...flat(3), model, accuracyRatio } })];
      return explainScaling(decide({ prediction }, { signals })).join(' ');
    };
    expect(by('ensemble', {})).toContain(
      'Forecast by the median of several models, the most accurate in the backtest: ' +
        '90 % accuracy, 70 % needed.',
    );
    const strict = by('arima', { model: 'arima', min_accuracy: 0.8 }, 0.75);
    expect(strict).toContain('web keeps 4 members');
    expect(strict).toContain(
      'the forecast is not used, because earlier ones were not accurate enough. Forecast by ' +
        'arima, as prediction.model says: 75 % accuracy, 80 % needed.',
    );
  });

  test('makes a group grow before the load does', () => {
    const decision = decide(settings, { signals: [signal(0.5, { forecast: flat(3) })] });
    expect(decision).toMatchObject({ kind: 'grow', to: 6, cause: 'forecast' });
  });

  test('counts by its weight', () => {
    const half = { prediction: { horizon: '30m', weight: 0.5 } };
    expect(decide(half, { signals: [signal(0.5, { forecast: flat(3) })] }).to).toBe(5);
  });

  test('never makes it smaller than what is measured needs', () => {
    expect(decide(settings, { signals: [signal(0.9, { forecast: flat(0) })] }).to).toBe(8);
  });

  test('keeps it from shrinking when the load comes back within the horizon', () => {
    const back = forecast([1, 1, 1, 1, 1, 2, 2, 2]);
    const decision = decide(settings, { signals: [signal(0.25, { forecast: back })] });
    expect(holders(decision)).toBe('4 forecast');
    const later = forecast([1, 1, 1, 1, 1, 1, 1, 2]);
    expect(decide(settings, { signals: [signal(0.25, { forecast: later })] }).to).toBe(2);
  });

  test.each([
    ['inaccurate', { ...flat(3), accuracyRatio: 0.6 }],
    ['stale', { ...flat(3), startMs: NOW_MS - 2 * HOUR_MS }],
    ['stale', { ...flat(3), startMs: NOW_MS + HOUR_MS }],
    ['none', flat(Number.NaN)],
  ])('that is %s is not used', (state, unusable) => {
    const decision = decide(settings, { signals: [signal(0.5, { forecast: unusable })] });
    expect(decision).toMatchObject({ kind: 'keep', rules: [{ forecast: state }] });
  });
});

test('a group does not shrink while its forecast is being made', () => {
  const settings = { prediction: { horizon: '30m' } };
  const pending = decide(settings, { signals: [signal(0.1, { forecast: 'pending' })] });
  expect(holders(pending)).toBe('4 forecast');
});

describe('what is unknown', () => {
  test.each<readonly [string, Partial<ScalingGroup>]>([
    ['no metric', { signals: [] }],
    ['no value', { signals: [signal(undefined)] }],
    ['not a number', { signals: [signal(Number.NaN)] }],
    ['an old value', { signals: [signal(0.1, { atMs: NOW_MS - 4 * MINUTE_MS })] }],
    ['a value of the future', { signals: [signal(0.1, { atMs: NOW_MS + HOUR_MS })] }],
    ['no member that reports', { signals: [signal(0.1, { membersReporting: 0 })] }],
    ['few members that report', { signals: [signal(0.1, { membersReporting: 1 })] }],
  ])('keeps the size: %s', (_, other) => expect(decide({}, other)).toMatchObject({ to: 4 }));

  test('does not keep it from growing by another rule', () => {
    const rules = [{ kind: 'target', metric: 'queue_length_count', value: 10 }, ...TARGET];
    expect(decide({ rules }, { signals: [signal(0.9)] }).to).toBe(8);
    expect(holders(decide({ rules }, { signals: [signal(0.1)] }))).toBe('4 unknown');
  });

  test('counts members that do not report as loaded before the group shrinks', () => {
    const signals = [signal(0.1, { membersReporting: 2 })];
    expect(decide({}, { signals }).to).toBe(3);
  });

  test.each([
    { kind: 'target', metric: 'queue_length_count', value: 10 },
    { kind: 'queue', metric: 'requests_per_second', service_time: '200ms' },
  ])('is a load of $kind below 0, which makes no group smaller', (rule) => {
    const signals = [signal(-40, { metric: rule.metric })];
    const decision = decide({ rules: [rule] }, { signals });
    expect(decision).toMatchObject({ kind: 'keep', rules: [{ state: 'unknown', value: -40 }] });
    expect(explainScaling(decision).join(' ')).toContain('measured -40, which is no load');
  });

  test('is a utilization that nothing can have, which makes no group larger', () => {
    const rules = [{ kind: 'threshold', metric: CPU }];
    const decision = decide({ rules }, { signals: [signal(70)] });
    expect(decision).toMatchObject({ kind: 'keep', rules: [{ state: 'unknown', value: 70 }] });
    expect(decide({ rules }, { signals: [signal(1.2)] }).to).toBe(5);
  });

  test('is no temperature below 0, which thresholds compare', () => {
    const rules = [{ kind: 'threshold', metric: 'room_celsius', scope: 'group', up: 0, down: -10 }];
    const signals = [signal(-20, { metric: 'room_celsius' })];
    expect(decide({ rules }, { signals })).toMatchObject({ kind: 'shrink', to: 3 });
  });

  test('is an alarm after five minutes', () => {
    const old = (minutes: number) => [signal(0.5, { atMs: NOW_MS - minutes * MINUTE_MS })];
    expect(decide({}, { signals: old(4) }).isAlarm).toBe(false);
    expect(decide({}, { signals: old(5) }).isAlarm).toBe(true);
    expect(explainScaling(decide({}, { signals: old(5) })).join('\n')).toContain('more than 5');
  });

  test('is an alarm where the clock went back after the members were made', () => {
    const later = members(4).map((each) => ({ ...each, createdAtMs: NOW_MS + HOUR_MS }));
    expect(decide({}, { members: later, signals: [] }).isAlarm).toBe(true);
  });

  test('is an alarm after five minutes of values that are no load', () => {
    const rules = [{ kind: 'target', metric: 'queue_length_count', value: 10 }];
    let memory: ScalingGroup['memory'];
    const alarms = [-1, -1, -1, -1, -1, -1, 5, -1].map((value, minute) => {
      const nowMs = NOW_MS + minute * MINUTE_MS;
      const signals = [signal(value, { metric: 'queue_length_count', atMs: nowMs })];
      const decision = decide({ rules }, { signals, memory, size: 2 }, nowMs);
      memory = decision.memory;
      return decision.isAlarm;
    });
    expect(alarms).toEqual([false, false, false, false, false, true, false, false]);
  });
});

test.each([
  ['up', 4, 2],
  ['down', 8, 4],
  ['both', 4, 4],
] as const)('a hold of %s prevents that only', (direction, busy, idle) => {
  const hold = { untilMs: NOW_MS + 1, by: 'ann', direction };
  expect(decide({}, { hold, signals: [signal(0.9)] }).to).toBe(busy);
  expect(decide({}, { hold, signals: [signal(0.2)] }).to).toBe(idle);
});

describe('rules that have to agree', () => {
  const [QUEUE, ORDERS] = ['queue_length_count', 'orders_count'];
  const rules = [QUEUE, ORDERS].map((metric) => ({ kind: 'target', metric, value: 10 }));
  const of = (queue: number | undefined, orders: number) => {
    const signals = [signal(queue, { metric: QUEUE }), signal(orders, { metric: ORDERS })];
    return decide({ rules, combine: 'min' }, { signals });
  };

  test.each([
    ['grow a group as far as all of them want', 80, 60, 6],
    ['do not grow it for one of them', 80, 40, 4],
    ['shrink it for one of them', 80, 20, 2],
  ])('%s', (_case, queue, orders, size) => {
    expect(of(queue, orders)).toMatchObject({ to: size, wanted: size });
    expect(of(orders, queue).to).toBe(size);
  });

  test('say so', () => {
    expect(explainScaling(of(80, 40)).join(' ')).toContain('only where all of them agree');
  });

  test('change nothing while one of them is unknown, and go on without it once it is lost', () => {
    const young = members(4).map((each) => ({ ...each, createdAtMs: NOW_MS - MINUTE_MS }));
    const signals = [signal(80, { metric: ORDERS })];
    const settings = { rules, combine: 'min' };
    expect(decide(settings, { signals, members: young })).toMatchObject({ kind: 'keep', to: 4 });
    expect(decide(settings, { signals })).toMatchObject({ kind: 'grow', to: 8 });
  });

  test('never make a larger group than the same rules without having to', () => {
    const value = fc.option(fc.integer({ min: 0, max: 120 }), { nil: undefined });
    fc.assert(
      fc.property(value, value, (queue, orders) => {
        const signals = [signal(queue, { metric: QUEUE }), signal(orders, { metric: ORDERS })];
        const [least, most] = ['min', 'max'].map((combine) =>
          decide({ rules, combine }, { signals }),
        );
        expect(least?.to).toBeLessThanOrEqual(Number(most?.to));
      }),
    );
  });
});

describe('a group whose metric is lost', () => {
  const rules = [{ kind: 'target', metric: 'queue_length_count', value: 10 }];

  test('grows by what its members use of their CPU', () => {
    const decision = decide({ rules }, { signals: [signal(0.8)] });
    expect(decision).toMatchObject({ isAlarm: true, kind: 'grow', to: 5 });
    expect(explainScaling(decision).join(' ')).toContain(
      'Until it is known again (threshold of cpu_utilization_ratio): measured 0.8',
    );
  });

  test('does not shrink by it', () => {
    expect(holders(decide({ rules }, { signals: [signal(0.1)] }))).toBe('4 unknown');
  });

  test('grows to its fallback size, and does not shrink to it', () => {
    const decision = decide({ rules, fallback_size: 7 }, {});
    expect(decision).toMatchObject({ kind: 'grow', to: 7, cause: 'fallback', wanted: 7 });
    expect(explainScaling(decision).join(' ')).toMatch(
      /grows from 4 to 7 members by its fallback_size.*Until then its fallback_size is 7[.]$/,
    );
    expect(decide({ rules, fallback_size: 2 }, {})).toMatchObject({ kind: 'keep', to: 4 });
    expect(decide({ rules, fallback_size: 9 }, { maxSize: 6 }).to).toBe(6);
    const young = members(4).map((each) => ({ ...each, createdAtMs: NOW_MS - MINUTE_MS }));
    expect(decide({ rules, fallback_size: 7 }, { members: young }).to).toBe(4);
  });

  test('grows to the larger one of its fallback size and what a known metric needs', () => {
    const both = [...rules, { kind: 'target', metric: 'orders_count', value: 1 }];
    const signals = [signal(8, { metric: 'orders_count' })];
    const of = (size: number) => decide({ rules: both, fallback_size: size }, { signals });
    expect(of(6)).toMatchObject({ to: 8, cause: 'rule' });
    expect(of(9)).toMatchObject({ to: 9, cause: 'fallback' });
  });

  test('keeps its size for the first five minutes', () => {
    const queue = signal(-1, { metric: 'queue_length_count' });
    expect(decide({ rules }, { signals: [signal(0.9), queue] })).toMatchObject({ to: 4 });
  });

  test('follows its own rule about what agents measure', () => {
    const own = [...rules, { kind: 'threshold', metric: CPU, up: 0.95, down: 0.1 }];
    expect(decide({ rules: own }, { signals: [signal(0.8)] })).toMatchObject({ to: 4 });
  });
});

describe('a group does not shrink', () => {
  const idle = [signal(0.2)];
  const grown = { atMs: NOW_MS - 10 * MINUTE_MS, from: 3, to: 4 };
  // The clock went back after it; a server that starts then gives smaller ids.
  const beforeStep = { atMs: NOW_MS + HOUR_MS, from: 2, to: 3 };
  test.each<readonly [string, object, Partial<ScalingGroup>]>([
    ['4 cooldown', { cooldown: '11m' }, { changes: [grown] }],
    ['4 cooldown', { cooldown: '11m' }, { changes: [grown, beforeStep] }],
    ['4 window', { shrink_window: '5m' }, {}],
    ['4 healing', {}, { members: [...members(3), member(3, { isHealing: true })] }],
    ['4 warm_up', {}, { members: [...members(3), member(3, { state: 'starting' })] }],
    ['4 hold', {}, { hold: { untilMs: NOW_MS + 1, by: 'ann', direction: 'both' } }],
    ['4 operation', {}, { isBusy: true }],
    ['4 reversals', { reversals_per_hour: 0 }, { changes: [grown] }],
    ['4 protected', {}, { members: members(4).map((each) => ({ ...each, isProtected: true })) }],
    ['3 state', {}, { members: [...members(3).map(withState), member(3)] }],
    ['3 disruption', {}, { removableMax: 1 }],
    [
      '2',
      { cooldown: '10m' },
      { changes: [grown], hold: { untilMs: NOW_MS, by: 'ann', direction: 'both' } },
    ],
  ])('to what its rules want: %s', (expected, settings, other) => {
    expect(holders(decide(settings, { signals: idle, ...other }))).toBe(expected);
  });

  test('below what was needed in the window', () => {
    const settings = { shrink_window: '5m' };
    let memory: ScalingGroup['memory'];
    const sizes = [0.5, 0.4, 0.3, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2].map((value, minute) => {
      const nowMs = NOW_MS + minute * MINUTE_MS;
      const signals = [signal(value, { atMs: nowMs })];
      const decision = decide(settings, { signals, memory }, nowMs);
      memory = decision.memory;
      return decision.to;
    });
    expect(sizes).toEqual([4, 4, 4, 4, 4, 4, 4, 3, 2]);
  });

  test('for a window of known load after an outage of the server', () => {
    const settings = { shrink_window: '5m', cooldown: '0s' };
    const needs = [{ atMs: NOW_MS, size: 4 }];
    let memory: ScalingGroup['memory'] = { sinceMs: NOW_MS - HOUR_MS, lastMs: NOW_MS, needs };
    // It was away for longer than the window.
    const sizes = Array.from({ length: 14 }, (_, round) => {
      const nowMs = NOW_MS + 350_000 + (round * MINUTE_MS) / 2;
      const decision = decide(settings, { memory, signals: [signal(0.2, { atMs: nowMs })] }, nowMs);
      memory = decision.memory;
      return decision.to;
    });
    expect(sizes).toEqual([4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 2, 2, 2]);
  });

  test('right after the clock has jumped', () => {
    const settings = { shrink_window: '5m' };
    const needs = [{ atMs: NOW_MS, size: 1 }];
    const memory = { sinceMs: NOW_MS - HOUR_MS, lastMs: NOW_MS, needs };
    const at = (nowMs: number) =>
      decide(settings, { memory, signals: [signal(0.2, { atMs: nowMs })] }, nowMs).to;
    expect(at(NOW_MS + MINUTE_MS)).toBe(2);
    expect(at(NOW_MS + HOUR_MS)).toBe(4);
    expect(at(NOW_MS - 2 * HOUR_MS)).toBe(4);
  });
});

function withState(each: ScalingMember): ScalingMember {
  return { ...each, hasOtherState: true };
}

describe('a group does not grow', () => {
  const busy = [signal(0.96)];
  test.each<readonly [string, object, Partial<ScalingGroup>]>([
    ['6 bounds', {}, { maxSize: 6 }],
    ['5 quota', {}, { quotaMax: 5 }],
    ['5 bounds quota', {}, { maxSize: 6, quotaMax: 5 }],
    ['4 quota', {}, { quotaMax: 1 }],
    ['6 grow_factor', { grow_factor: 1.5 }, {}],
    ['4 hold', {}, { hold: { untilMs: NOW_MS + 1, by: 'ann', direction: 'both' } }],
    ['4 operation', {}, { isBusy: true }],
  ])('to what its rules want: %s', (expected, settings, other) => {
    expect(holders(decide(settings, { signals: busy, ...other }))).toBe(expected);
  });

  test('to more than twice its size in a window while many are not ready', () => {
    const half = [member(0), member(1, { state: 'not_ready' })];
    const small = { size: 2, members: half, signals: [signal(2)] };
    expect(holders(decide({}, small))).toBe('4 not_ready');
    const changes = [{ atMs: NOW_MS - MINUTE_MS, from: 1, to: 2 }];
    expect(holders(decide({}, { ...small, changes }))).toBe('2 not_ready');
    const young = [member(0), member(1, { state: 'starting' })];
    const starting = decide({}, { ...small, members: young });
    expect(holders(starting)).toBe('4 starting');
    expect(explainScaling(starting).join(' ')).toContain('younger than warm_up');
  });

  test('in place of members that an incident took', () => {
    const left = members(4).map((each, at) => ({ ...each, isHealing: at > 1 }));
    expect(decide({}, { members: left, signals: [signal(0.9)] })).toMatchObject({ kind: 'keep' });
  });
});

describe('bounds', () => {
  test('of the group come before its rules', () => {
    const signals = [signal(0.5)];
    expect(decide({}, { minSize: 6, signals })).toMatchObject({ to: 6, cause: 'bounds' });
    expect(decide({}, { maxSize: 3, signals })).toMatchObject({ to: 3, cause: 'bounds' });
  });

  test('that contradict each other are the maximum', () => {
    expect(decide({}, { minSize: 8, maxSize: 5, signals: [signal(0.5)] }).to).toBe(5);
  });

  test.each([
    // The clocks of Berlin go forward on 29 March 2026 and back on 25 October.
    ['2026-03-28T07:59:59Z', 4],
    ['2026-03-28T08:00:00Z', 4],
    ['2026-03-30T06:59:59Z', 4],
    ['2026-03-30T07:00:00Z', 7],
    ['2026-03-30T08:59:59Z', 7],
    ['2026-03-30T09:00:00Z', 4],
    ['2026-10-26T07:59:59Z', 4],
    ['2026-10-26T08:00:00Z', 7],
  ])('of a schedule count at their time of day: %s', (time, size) => {
    const schedules = [
      { cron: '0 9 * * 1-5', time_zone: 'Europe/Berlin', duration: '2h', min_size: 7 },
    ];
    const nowMs = Date.parse(time);
    const signals = [signal(0.5, { atMs: nowMs })];
    expect(decide({ schedules }, { signals }, nowMs).to).toBe(size);
  });

  test('of a schedule make a group empty, and its end fills it', () => {
    const schedules = [{ cron: '0 0 * * *', duration: '6h', min_size: 0, max_size: 0 }];
    const night = NOW_MS - 9 * HOUR_MS;
    const settings = { rules: null, schedules };
    expect(decide(settings, {}, night)).toMatchObject({ to: 0, cause: 'schedule' });
    const empty = { size: 0, members: [], minSize: 2 };
    expect(decide(settings, empty, night)).toMatchObject({ to: 0, kind: 'keep' });
    expect(decide(settings, empty).to).toBe(2);
  });
});

describe('members to remove', () => {
  const four = [
    member(0, { createdAtMs: 5, loadRatio: 0.4, costPerHour: 1 }),
    member(1, { createdAtMs: 1, loadRatio: 0.3, costPerHour: 1, state: 'not_ready' }),
    member(2, { createdAtMs: 7, loadRatio: 0.1, costPerHour: 9 }),
    member(3, { createdAtMs: 4 }),
  ];
  test.each([
    ['highest_number', [3, 2]],
    ['oldest', [1, 3]],
    ['least_loaded', [2, 1]],
    ['dearest', [2, 1]],
    ['unhealthy_first', [1, 3]],
  ])('are chosen by %s', (order, expected) => {
    const rules = [{ kind: 'target', metric: 'queue_length_count', value: 10 }];
    const signals = [signal(11, { metric: 'queue_length_count' })];
    const settings = { rules, scale_in: { order, protected_member_ids: [] } };
    const { remove } = decide(settings, { members: four, signals });
    const numbers = remove.map((id) => four.find((each) => each.id === id)?.number);
    expect(numbers).toEqual(expected);
  });
});

test('no input makes a size that is not allowed, or removes a member that is not', () => {
  const memberOf = fc.record({
    state: fc.constantFrom<ScalingMember['state']>('ready', 'starting', 'not_ready'),
    isProtected: fc.boolean(),
    hasOtherState: fc.boolean(),
    isHealing: fc.boolean(),
  });
  const values = fc.oneof(fc.double({ min: 0, max: 20 }), fc.constantFrom(Number.NaN, 1e300, -1));
  fc.assert(
    fc.property(
      fc.array(memberOf, { maxLength: 12 }),
      values,
      fc.tuple(fc.nat(12), fc.nat(12), fc.nat(12)),
      fc.constantFrom(TARGET, [{ kind: 'threshold', metric: CPU }]),
      (states, value, [size, minSize, maxSize], rules) => {
        const all = states.map((state, number) => member(number, state));
        const other = { size, minSize, maxSize, members: all, signals: [signal(value)] };
        const decision = decide({ rules }, other);
        const { to, remove, kind } = decision;
        expect(to).toBeLessThanOrEqual(Math.max(size, maxSize));
        expect(to).toBeGreaterThanOrEqual(Math.min(size, minSize, maxSize));
        expect(remove.length).toBeLessThanOrEqual(Math.max(0, all.length - to));
        expect(new Set(remove).size).toBe(remove.length);
        for (const id of remove)
          expect(all.find((each) => each.id === id)).toMatchObject({
            isProtected: false,
            hasOtherState: false,
          });
        if (kind !== 'shrink') expect(remove).toEqual([]);
      },
    ),
  );
});
