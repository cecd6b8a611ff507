import { describe, expect, test } from '@jest/globals';
import type { TallyGroup } from '../../../ports/store.ts';
import {
  countAlerts,
  countBy,
  countDrift,
  countGroups,
  countIncidents,
  countNodes,
  moveCount,
} from './count-parts.ts';

const group = (total: number, ...values: (string | null)[]): TallyGroup => ({
  values,
  total,
  sums: [],
});

describe('the parts of a summary', () => {
  test('nodes are counted by status, in all and in each zone', () => {
    const groups = [group(2, 'b', 'ready'), group(1, 'a', 'lost'), group(3, 'a', 'ready')];
    expect(countNodes(groups)).toEqual({
      total: 6,
      by_status: { ready: 5, lost: 1 },
      zones: [
        { zone: 'a', total: 4, by_status: { lost: 1, ready: 3 } },
        { zone: 'b', total: 2, by_status: { ready: 2 } },
      ],
    });
    expect(countNodes([])).toEqual({ total: 0, by_status: {}, zones: [] });
  });

  test('what has no value is not counted by it', () => {
    expect(countBy([group(7, null), group(2, 'healthy')])).toEqual({ healthy: 2 });
  });

  test.each([
    [{ running: 5 }, 2, { running: 3, unknown: 2 }],
    [{ running: 2 }, 2, { unknown: 2 }],
    [{ running: 2, unknown: 1 }, 0, { running: 2, unknown: 1 }],
  ])('%j with %d on lost nodes', (counts, moved, expected) => {
    expect(moveCount(counts, 'running', 'unknown', moved)).toEqual(expected);
  });

  test('a group is ready with as many members as it is to have, unless it is being changed', () => {
    const groups = [
      { isBusy: false, size: 3, serving: 3 },
      { isBusy: false, size: 3, serving: 2 },
      { isBusy: true, size: 3, serving: 3 },
    ];
    expect(countGroups(groups)).toEqual({
      total: 3,
      by_status: { ready: 1, degraded: 1, changing: 1 },
    });
  });

  test('incidents are counted by severity, acknowledged ones among them', () => {
    const groups = [group(2, 'open', 'critical'), group(1, 'acknowledged', 'warning')];
    expect(countIncidents(groups)).toEqual({
      open: 3,
      unacknowledged: 2,
      by_severity: { critical: 2, warning: 1 },
    });
  });

  test('alerts are counted by state and by severity', () => {
    const groups = [group(2, 'open', 'info'), group(1, 'silenced', 'critical')];
    expect(countAlerts(groups)).toEqual({
      open: 2,
      acknowledged: 0,
      silenced: 1,
      by_severity: { info: 2, critical: 1 },
    });
  });

  test('drift that cannot be judged is counted by itself', () => {
    const groups = [group(2, 'open', 'high'), group(1, 'tampered', 'high')];
    expect(countDrift(groups)).toEqual({ open: 2, by_severity: { high: 2 }, tampered: 1 });
  });
});
