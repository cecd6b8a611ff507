import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { explainDetection } from './explain-detection.ts';
import type { BeatHistory, HeardBeat, ListenedNode, Listener } from './model/detection.ts';
import { planDetection } from './plan-detection.ts';
import { recordBeat } from './rules/record-beat.ts';
import { lookAgain, startListening } from './rules/watch-listener.ts';

const LEASE_MS = 20_000;

/** A history of heartbeats at these moments, of which the last one may announce a planned stop. */
function heard(
  moments: readonly number[],
  { expectedMs = 1_000, leaseMs = LEASE_MS, plannedStopMs }: Partial<Omit<HeardBeat, 'atMs'>> = {},
): BeatHistory {
  const history = moments.reduce<BeatHistory | undefined>((before, atMs, index) => {
    const isLast = index === moments.length - 1;
    const beat = { atMs, expectedMs, leaseMs };
    return recordBeat(before, isLast ? { ...beat, plannedStopMs } : beat);
  }, undefined);
  if (history === undefined) throw new Error('a node has at least one heartbeat');
  return history;
}

const steady = (count: number, periodMs = 1_000) =>
  Array.from({ length: count }, (_, at) => at * periodMs);

const node = (name: string, history: BeatHistory, rack = name, zone = 'zone-a'): ListenedNode => ({
  name,
  zone,
  rack,
  history,
});

function look(
  nodes: readonly ListenedNode[],
  nowMs: number,
  listener: Listener = startListening(0),
) {
  return planDetection({ nodes, listener }, { nowMs });
}

/** States by name; nodes that are alive are not there. */
const statesOf = (...args: Parameters<typeof look>) =>
  Object.fromEntries(look(...args).judgements.map(({ name, state }) => [name, state]));

describe('a silent node', () => {
  const LAST_MS = 59_000;
  const alone = [node('a', heard(steady(60))), node('b', heard([LAST_MS + LEASE_MS]))];

  test.each([
    ['is alive for 4 s', 4_000, undefined],
    ['is disputed when only its rhythm makes it suspicious', 4_900, 'disputed'],
    ['is suspected after 5 s', 5_000, 'suspected'],
    ['is not lost while its lease runs', LEASE_MS, 'suspected'],
    ['is lost when its lease is over', LEASE_MS + 1, 'lost'],
  ])('%s', (_title, silentMs, expected) => {
    expect(statesOf(alone, LAST_MS + silentMs).a).toBe(expected);
  });

  test('that is heard each 5 s, is suspected after 15 s', () => {
    const old = [node('a', heard(steady(20, 5_000), { expectedMs: 5_000 }))];
    expect(statesOf(old, 95_000 + 14_900)).toEqual({ a: 'disputed' });
    expect(statesOf(old, 95_000 + 15_000)).toEqual({ a: 'suspected' });
  });

  test('whose rhythm varies widely is disputed first', () => {
    const varying = [0, 1, 3.5, 4, 6.4, 7, 9, 9.1, 12, 14, 16.8].map((seconds) => seconds * 1_000);
    const nodes = [node('a', heard(varying))];
    const { judgements } = look(nodes, 16_800 + 5_000);
    expect(judgements).toMatchObject([
      { state: 'disputed', suspectedBy: { phi: false, timeout: true } },
    ]);
    expect(statesOf(nodes, 16_800 + 8_000)).toEqual({ a: 'suspected' });
  });

  test('is lost by the lease that its agent announced, within bounds', () => {
    const nodes = [
      node('long', heard([0], { leaseMs: 60_000 })),
      node('none', heard([0], { leaseMs: 0 })),
      node('endless', heard([0], { leaseMs: Number.MAX_SAFE_INTEGER })),
      ...['b', 'c', 'd', 'e'].map((name) => node(name, heard([700_000]))),
    ];
    expect(statesOf(nodes, 60_000)).toEqual({
      long: 'suspected',
      none: 'lost',
      endless: 'suspected',
    });
    expect(statesOf(nodes, 600_001)).toMatchObject({ endless: 'lost' });
  });

  test('is no slower to be suspected for an outage before', () => {
    const outage = [...steady(20), ...steady(20).map((atMs) => atMs + 300_000)];
    const nodes = [node('a', heard(outage))];
    expect(statesOf(nodes, 319_000 + 5_000)).toEqual({ a: 'suspected' });
  });
});

describe('a node whose agent stops as planned', () => {
  const LAST_MS = 59_000;
  const STOP_MS = 120_000;
  const stopped = node('a', heard(steady(60), { plannedStopMs: STOP_MS }));
  const other = (nowMs: number) => node('b', heard([nowMs]));

  test.each([
    ['suspected at once', 1, 'suspected'],
    ['suspected until its time is over', STOP_MS, 'suspected'],
    ['lost when it is over', STOP_MS + 1, 'lost'],
  ])('is %s', (_title, silentMs, expected) => {
    const nowMs = LAST_MS + silentMs;
    expect(statesOf([stopped, other(nowMs)], nowMs)).toEqual({ a: expected });
  });

  test('is not lost before its lease is over, however short the stop', () => {
    const short = node('a', heard(steady(60), { plannedStopMs: 5_000 }));
    const nowMs = LAST_MS + LEASE_MS;
    expect(statesOf([short, other(nowMs)], nowMs)).toEqual({ a: 'suspected' });
    expect(statesOf([short, other(nowMs + 1)], nowMs + 1)).toEqual({ a: 'lost' });
  });

  test('is alive with its next heartbeat, and has not returned from a failure', () => {
    const nowMs = LAST_MS + 60_000;
    const beat = { atMs: nowMs, expectedMs: 1_000, leaseMs: LEASE_MS };
    const history = recordBeat(stopped.history, beat);
    expect(history).toMatchObject({ plannedUntilMs: null, returnedMs: null });
    expect(statesOf([node('a', history)], nowMs + 1_000)).toEqual({});
    const late = recordBeat(stopped.history, { ...beat, atMs: LAST_MS + STOP_MS + 1 });
    expect(late.returnedMs).toBe(LAST_MS + STOP_MS + 1);
  });

  test('does not make a server doubt itself, and has no cause in common with others', () => {
    const nowMs = LAST_MS + 30_000;
    const nodes = ['a', 'b', 'c'].map((name) => node(name, stopped.history, 'rack-1'));
    const silent = node('d', heard(steady(60)), 'rack-1');
    const plan = look([...nodes, silent], nowMs);
    expect(plan.doubt.factor).toBe(1);
    expect(plan.judgements.at(-1)).toMatchObject({ name: 'd', state: 'lost', scope: 'node' });
    expect(explainDetection(plan)[0]).toBe('a was stopped on purpose 30 s ago: lost after 120 s');
  });
});

describe('a server', () => {
  test('gives every node a full lease when it starts', () => {
    const nodes = [node('a', heard([0]))];
    const listener = startListening(100_000);
    expect(statesOf(nodes, 104_900, listener)).toEqual({ a: 'disputed' });
    expect(statesOf(nodes, 100_000 + LEASE_MS, listener)).toEqual({ a: 'suspected' });
    expect(statesOf(nodes, 100_001 + LEASE_MS, listener)).toEqual({ a: 'lost' });
  });

  test('gives every node a full lease after a pause, and waits longer after several', () => {
    const nodes = [node('a', heard([0]))];
    const once = lookAgain(startListening(0), 60_000);
    expect(statesOf(nodes, 60_000 + LEASE_MS, once)).toEqual({ a: 'suspected' });
    expect(statesOf(nodes, 60_001 + LEASE_MS, once)).toEqual({ a: 'lost' });
    const twice = lookAgain(once, 120_000);
    expect(statesOf(nodes, 120_000 + 2 * LEASE_MS, twice)).toEqual({ a: 'suspected' });
    expect(statesOf(nodes, 120_001 + 2 * LEASE_MS, twice)).toEqual({ a: 'lost' });
    const later = lookAgain(
      Array.from({ length: 700 }, (_, at) => 120_000 + at * 1_000).reduce(lookAgain, twice),
      820_000,
    );
    expect(later.pausesMs).toEqual([]);
  });

  test('that hears less than half of the fleet waits twice as long', () => {
    const nodes = ['a', 'b', 'c'].map((name) => node(name, heard([name === 'c' ? 29_000 : 0])));
    expect(statesOf(nodes, 30_000)).toEqual({ a: 'suspected', b: 'suspected' });
    expect(look(nodes, 30_000).doubt).toEqual({ pauses: 0, hearsFew: true, factor: 2 });
    expect(statesOf(nodes, 40_001)).toMatchObject({ a: 'lost', b: 'lost' });
  });
});

describe('nodes that are silent at once', () => {
  const fleet = (lastOf: (rack: number) => number) =>
    Array.from({ length: 40 }, (_, at) => {
      const rack = Math.floor(at / 4);
      return node(`node-${at}`, heard([lastOf(rack)]), `rack-${rack}`);
    });
  const scopes = (nodes: readonly ListenedNode[], nowMs: number) => [
    ...new Set(look(nodes, nowMs).judgements.map(({ scope }) => scope)),
  ];

  test('are one rack, one zone or most of the fleet', () => {
    expect(
      scopes(
        fleet((rack) => (rack === 0 ? 0 : 30_000)),
        30_000,
      ),
    ).toEqual(['rack']);
    const others = Array.from({ length: 60 }, (_, at) =>
      node(`other-${at}`, heard([30_000]), `other-${at}`, 'zone-b'),
    );
    const zone = [...fleet((rack) => (rack < 4 ? 0 : 30_000)), ...others];
    expect(scopes(zone, 30_000)).toEqual(['zone']);
    expect(
      scopes(
        fleet((rack) => (rack < 8 ? 0 : 30_000)),
        30_000,
      ),
    ).toEqual(['fleet']);
  });

  test('of which some have just returned did not fail by themselves', () => {
    const back = fleet(() => 59_000).map((each, at) =>
      at === 0
        ? { ...each, history: heard([0]) }
        : at < 4
          ? { ...each, history: heard([0, 59_000]) }
          : each,
    );
    expect(look(back, 60_000).judgements).toMatchObject([{ name: 'node-0', scope: 'rack' }]);
    const later = back.map((each, at) =>
      at === 0 ? each : { ...each, history: { ...each.history, lastMs: 89_500 } },
    );
    expect(look(later, 90_000).judgements).toMatchObject([{ name: 'node-0', scope: 'node' }]);
  });
});

test('a look is explained', () => {
  const nodes = [
    node('a', heard([0]), 'rack-1'),
    node('b', heard([0]), 'rack-1'),
    node('c', heard(steady(38)), 'rack-2'),
    ...['d', 'e', 'f', 'g', 'h', 'i'].map((name) => node(name, heard([41_500]), name, 'zone-b')),
    node('j', heard(steady(33)), 'rack-3'),
  ];
  expect(explainDetection(look(nodes, 41_600))).toEqual([
    'a is lost: no heartbeat for 41 s, longer than its lease of 20 s, as other nodes of its zone',
    'b is lost: no heartbeat for 41 s, longer than its lease of 20 s, as other nodes of its zone',
    'c is taken for alive: no heartbeat for 4 s, which is unusual for it, and no timeout yet',
    'j is suspected: no heartbeat for 9 s, lost after 20 s, as other nodes of its zone',
  ]);
  const few = [node('a', heard([0])), node('b', heard([0]))];
  const paused = lookAgain(lookAgain(startListening(-200_000), -100_000), 0);
  expect(explainDetection(look(few, 60_001, paused))).toEqual([
    'this server waits 3 times as long: it has paused again and again, and it hears less than ' +
      'half of the fleet',
    'a is lost: no heartbeat for 60 s, longer than its lease of 60 s, as most of the fleet: this ' +
      'server may be cut off',
    'b is lost: no heartbeat for 60 s, longer than its lease of 60 s, as most of the fleet: this ' +
      'server may be cut off',
  ]);
});

describe('always', () => {
  const intervals = fc.array(fc.integer({ min: 1, max: 4_000 }), { maxLength: 100 });
  const toMoments = (gaps: readonly number[]) => {
    const moments = [0];
    for (const gap of gaps) moments.push((moments.at(-1) ?? 0) + gap);
    return moments;
  };
  const listeners = fc
    .array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 20 })
    .map((gaps) => toMoments(gaps).reduce(lookAgain, startListening(0)));

  test('a node that is heard within its period, late by 2 s at most, is not suspected', () => {
    const delays = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(delays, listeners, (lateMs, listener) => {
        const moments = lateMs.map((late, at) => at * 1_000 + late).sort((a, b) => a - b);
        for (const [at, moment] of moments.entries()) {
          const nodes = [node('a', heard(moments.slice(0, at + 1)))];
          const nextMs = moments[at + 1] ?? moment + 1_000;
          expect(look(nodes, nextMs, listener).judgements).toEqual([]);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('silence ends in lost, after four leases at most', () => {
    fc.assert(
      fc.property(intervals, listeners, fc.integer({ min: 0, max: 200_000 }), (gaps, at, lease) => {
        const history = heard(toMoments(gaps), { leaseMs: lease });
        const fromMs = Math.max(history.lastMs, at.sinceMs);
        const others = ['b', 'c'].map((name) => node(name, history));
        const nowMs = fromMs + 4 * history.leaseMs + 1;
        expect(statesOf([node('a', history), ...others], nowMs, at).a).toBe('lost');
      }),
    );
  });

  test('a planned stop makes a node lost no sooner, and not before its time is over', () => {
    const stops = fc.integer({ min: 1, max: 3_600_000 });
    const at = fc.nat(4_000_000);
    fc.assert(
      fc.property(intervals, listeners, stops, at, (gaps, listener, plannedStopMs, silentMs) => {
        const moments = toMoments(gaps);
        const stopped = heard(moments, { plannedStopMs });
        const nowMs = Math.max(stopped.lastMs, listener.lastMs) + silentMs;
        const stateOf = (history: BeatHistory) =>
          statesOf([node('a', history), node('b', heard([nowMs]))], nowMs, listener).a;
        if (stateOf(stopped) === 'lost') {
          expect(stateOf(heard(moments))).toBe('lost');
          expect(nowMs - stopped.lastMs).toBeGreaterThan(Math.min(plannedStopMs, 1_800_000));
        }
      }),
    );
  });

  test('a longer silence makes no node less suspected', () => {
    const order = [undefined, 'disputed', 'suspected', 'lost'];
    fc.assert(
      fc.property(intervals, fc.nat(60_000), fc.nat(60_000), (gaps, first, second) => {
        const history = heard(toMoments(gaps));
        const rankAt = (silentMs: number) =>
          order.indexOf(statesOf([node('a', history)], history.lastMs + silentMs).a);
        const [shortMs, longMs] = [Math.min(first, second), Math.max(first, second)];
        expect(rankAt(longMs)).toBeGreaterThanOrEqual(rankAt(shortMs));
      }),
    );
  });

  test('no node is lost within a lease after a pause of the server', () => {
    fc.assert(
      fc.property(listeners, fc.nat(LEASE_MS), (listener, afterMs) => {
        const paused = lookAgain(listener, listener.lastMs + 3_600_000);
        const nodes = ['a', 'b', 'c'].map((name) => node(name, heard([0])));
        const states = Object.values(statesOf(nodes, paused.lastMs + afterMs, paused));
        expect(states).not.toContain('lost');
      }),
    );
  });

  test('moving all moments by the same time changes nothing', () => {
    fc.assert(
      fc.property(intervals, fc.nat(60_000), fc.integer(), (gaps, silentMs, byMs) => {
        const moments = toMoments(gaps);
        const lookAt = (shiftMs: number) => {
          const history = heard(moments.map((atMs) => atMs + shiftMs));
          const listener = startListening(shiftMs);
          return look([node('a', history)], history.lastMs + silentMs, listener);
        };
        expect(lookAt(byMs)).toEqual(lookAt(0));
      }),
    );
  });

  test('memory of a node and of the server is bounded', () => {
    const long = heard(steady(1_000));
    expect(long.intervalsMs).toHaveLength(64);
    expect(steady(1_000, 6_000).reduce(lookAgain, startListening(0)).pausesMs).toHaveLength(8);
  });
});
