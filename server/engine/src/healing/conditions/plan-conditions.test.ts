import { describe, expect, test } from '@jest/globals';
import { explainConditions } from './explain-conditions.ts';
import type { KnownCondition, ObservedNode, SeenCondition } from './model/condition.ts';
import { HELD_MS, planConditions } from './plan-conditions.ts';

const DISK: SeenCondition = {
  kind: 'disk_failing',
  subject: 'sda',
  severity: 'severe',
  evidence: 'sda: SMART expects it to fail',
};

/** A round for one node. */
function round(
  nowMs: number,
  known: readonly KnownCondition[],
  seen: NonNullable<ObservedNode['announced']>['conditions'] | null,
  extent: 'whole' | 'partial' = 'whole',
) {
  const announced = seen === null ? null : { conditions: seen, extent };
  const changes = planConditions([{ name: 'a', known, announced }], { nowMs });
  return {
    conditions: changes[0]?.conditions ?? known,
    lines: explainConditions(changes),
    changes,
  };
}

const seen = (more: Partial<SeenCondition> = {}) => [{ ...DISK, sinceMs: 50, ...more }];

describe('a condition', () => {
  test('begins when it was seen first, and not in the future', () => {
    const { conditions, lines } = round(100, [], seen());
    expect(conditions).toEqual([{ ...DISK, firstSeenMs: 50, lastSeenMs: 100, clearedMs: null }]);
    expect(lines).toEqual(['a: disk_failing (severe): sda: SMART expects it to fail']);
    const ahead = round(100, [], [{ ...DISK, sinceMs: 9_999 }]);
    expect(ahead.conditions).toMatchObject([{ firstSeenMs: 100 }]);
  });

  test('that is seen in the same way changes nothing', () => {
    const { conditions } = round(100, [], seen());
    expect(round(200, conditions, seen()).changes).toEqual([]);
    expect(round(200, conditions, seen({ evidence: 'worse' })).conditions).toMatchObject([
      { evidence: 'worse', firstSeenMs: 50, lastSeenMs: 200 },
    ]);
  });

  test('is known for an hour after it has ended, and is the same one if it returns', () => {
    const begun = round(100, [], seen()).conditions;
    const ended = round(300, begun, []);
    expect(ended.conditions).toMatchObject([{ lastSeenMs: 300, clearedMs: 300 }]);
    expect(ended.lines).toEqual(['a: disk_failing of sda is not seen any more']);
    expect(round(400, ended.conditions, []).changes).toEqual([]);
    expect(round(400, ended.conditions, seen()).conditions).toMatchObject([
      { firstSeenMs: 50, lastSeenMs: 400, clearedMs: null },
    ]);
    expect(round(299 + HELD_MS, ended.conditions, []).changes).toEqual([]);
    expect(round(300 + HELD_MS, ended.conditions, []).changes).toMatchObject([{ conditions: [] }]);
  });

  test('does not end before the agent has looked everywhere', () => {
    const begun = round(100, [], seen()).conditions;
    expect(round(200, begun, [], 'partial').changes).toEqual([]);
    const other = round(200, begun, seen({ subject: 'sdb' }), 'partial').conditions;
    expect(other).toMatchObject([
      { subject: 'sda', clearedMs: null },
      { subject: 'sdb', clearedMs: null },
    ]);
    expect(round(300, other, []).conditions).toMatchObject([
      { clearedMs: 300 },
      { clearedMs: 300 },
    ]);
  });

  test('of a node that is not heard stays as it was', () => {
    const begun = round(100, [], seen()).conditions;
    expect(round(HELD_MS * 9, begun, null).changes).toEqual([]);
  });
});

test('the worst condition of a node comes first: seen ones, severe ones, early ones', () => {
  const all = [
    { ...DISK, kind: 'memory_pressure', severity: 'moderate' as const, sinceMs: 1 },
    { ...DISK, subject: 'sdb', sinceMs: 9 },
    { ...DISK, sinceMs: 3 },
  ];
  const { conditions } = round(100, [], all);
  expect(conditions.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual([
    'disk_failing sda',
    'disk_failing sdb',
    'memory_pressure sda',
  ]);
});
