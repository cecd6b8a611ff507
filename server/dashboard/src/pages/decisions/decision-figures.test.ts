import { describe, expect, test } from '@jest/globals';
import { countByOutcome, countByValue, type Decision, scatterOf } from './decision-figures.ts';

const START_MS = Date.parse('2026-11-26T12:00:00Z');
const SPAN = { fromMs: START_MS, toMs: START_MS + 4_000, parts: 4 };

const decision = (atMs: number, changed: Partial<Decision> = {}): Decision => ({
  id: `dec_${atMs}`,
  vm: 'web-01',
  node: 'node-01',
  purpose: 'create',
  score: 0.5,
  confidence: 0.25,
  outcome: 'placed',
  ...changed,
  created_at: new Date(START_MS + atMs).toISOString(),
});

describe('countByOutcome', () => {
  test('counts each decision in its part, by how it ended', () => {
    const found = countByOutcome(
      [
        decision(0),
        decision(999),
        decision(1_000, { outcome: 'failed' }),
        decision(3_500, { outcome: null }),
        decision(3_600, { outcome: 'unknown' }),
      ],
      SPAN,
    );
    expect(found.xs).toEqual([0, 1, 2, 3].map((part) => START_MS / 1_000 + part));
    expect(found.series).toEqual([
      { name: 'Placed', values: [2, 0, 0, 0] },
      { name: 'Failed', values: [0, 1, 0, 0] },
      { name: 'Not ended or not known', values: [0, 0, 0, 2] },
    ]);
  });

  test('counts what a faster clock of the server has put after the span in its last part', () => {
    const { series } = countByOutcome([decision(9_000), decision(-1)], SPAN);
    expect(series).toEqual([{ name: 'Placed', values: [0, 0, 0, 1] }]);
  });
});

describe('scatterOf', () => {
  test('sorts by score, and leaves out what has no confidence', () => {
    const low = decision(1, { score: 0.2, confidence: 0.9, outcome: 'stuck' });
    const high = decision(2, { score: 0.9, confidence: 0.1 });
    const { xs, series, decisions } = scatterOf([high, decision(3, { confidence: null }), low]);
    expect(xs).toEqual([0.2, 0.9]);
    expect(decisions).toEqual([low, high]);
    expect(series).toEqual([
      { name: 'Placed', values: [null, 0.1] },
      { name: 'Stuck', values: [0.9, null] },
    ]);
  });
});

test('countByValue has the most frequent value first', () => {
  const all = [decision(1, { purpose: 'drain' }), decision(2), decision(3, { outcome: null })];
  expect(countByValue(all, 'purpose')).toEqual([
    ['create', 2],
    ['drain', 1],
  ]);
  expect(countByValue(all, 'outcome')).toEqual([
    ['placed', 2],
    ['open', 1],
  ]);
});
