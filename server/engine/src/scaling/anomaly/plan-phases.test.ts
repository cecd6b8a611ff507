/** Phases of an anomaly, and how often ordinary load has one. */
import { describe, expect, test } from '@jest/globals';
import type { Rng } from '../../env.ts';
import { makeRng } from '../../rng.ts';
import { explainJudgement } from './explain-anomalies.ts';
import { createFollower, FOLLOWED_ROWS_MIN } from './plan-phases.ts';

const STEP_MS = 300_000;
const DAY_ROWS = 288;
const THRESHOLD = 0.999;

type Load = (row: number, rng: Rng) => number;

const noise = (rng: Rng) => rng.next() + rng.next() + rng.next() - 1.5;
const day = (row: number) => Math.sin((2 * Math.PI * row) / DAY_ROWS);
const weekday = (row: number) => (Math.floor(row / DAY_ROWS) % 7 < 5 ? 1 : 0.4);
const wave: Load = (row, rng) => 50 + 20 * day(row) + noise(rng);

/** The rows at which an anomaly begins or ends, with why it began. */
function follow(rows: number, seed: string, load: Load) {
  const follower = createFollower(THRESHOLD);
  const rng = makeRng(seed);
  const found: { row: number; phase: string; why: string }[] = [];
  for (let row = 0; row < rows; row += 1) {
    const value = load(row, rng);
    const { phase, judgement } = follower.follow({ time_ms: row * STEP_MS, value });
    if (phase === 'begins' || phase === 'ends') {
      found.push({ row, phase, why: explainJudgement(judgement) });
    }
  }
  return found;
}

describe('an anomaly begins once and ends', () => {
  test.each<[string, Load, RegExp]>([
    [
      'a spike',
      (row, rng) => (row === 1_500 ? 95 : wave(row, rng)),
      /as high as.* was expected[.]$/,
    ],
    [
      'a level that stays',
      (row, rng) => wave(row, rng) + (row < 1_500 ? 0 : 30),
      /above the forec/,
    ],
    [
      'an outage',
      (row, rng) => (row < 1_500 || row >= 1_530 ? wave(row, rng) : 0),
      /rarely as low/,
    ],
  ])('%s', (_what, load, why) => {
    const [begin, end, ...others] = follow(2_000, 'once', load);
    expect(begin).toMatchObject({ row: 1_500, phase: 'begins', why: expect.stringMatching(why) });
    expect(end?.phase).toBe('ends');
    expect(end?.row).toBeLessThan(1_580);
    expect(others).toEqual([]);
  });
});

test('missing rows neither begin nor end one', () => {
  const hole: Load = (row, rng) => (row > 1_500 && row < 1_600 ? Number.NaN : wave(row, rng));
  const load: Load = (row, rng) => (row === 1_500 ? 95 : hole(row, rng));
  const [begin, end] = follow(1_700, 'hole', load);
  expect(begin?.row).toBe(1_500);
  expect(end?.row).toBeGreaterThan(1_600);
});

test('the first day begins none, whatever happens', () => {
  const load: Load = (row, rng) => (row % 50 === 49 ? 1_000 * row : wave(row, rng));
  expect(follow(FOLLOWED_ROWS_MIN, 'first', load)).toEqual([]);
});

describe('two weeks of ordinary load begin none', () => {
  const loads: Readonly<Record<string, Load>> = {
    'a day': wave,
    'skewed noise': (row, rng) => 100 + 40 * day(row) + Math.exp(noise(rng)),
    counts: (row, rng) => Math.round(Math.max(0, 5 + 4 * day(row) + 2 * noise(rng))),
  };
  test.each(Object.entries(loads))('%s', (name, load) => {
    expect(follow(14 * DAY_ROWS, name, load)).toEqual([]);
  });
});

test('weekends that begin with a step are ordinary from the third one on', () => {
  const load: Load = (row, rng) => weekday(row) * (50 + 30 * day(row)) + 2 * noise(rng);
  const begun = follow(21 * DAY_ROWS, 'weekends', load).filter(({ phase }) => phase === 'begins');
  expect(begun.filter(({ row }) => row >= 14 * DAY_ROWS)).toEqual([]);
});
