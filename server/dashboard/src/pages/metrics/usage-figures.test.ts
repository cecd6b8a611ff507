import { describe, expect, test } from '@jest/globals';
import { earlierOf, hasNumbers, linesOf, type Reading, readingOf } from './usage-figures.ts';

const NOW_MS = Date.parse('2026-11-26T12:00:00Z');

const USAGE = {
  name: 'node-01',
  cpu_cores: 2,
  cpu_cores_allocated: 4,
  memory_gb: 3,
  memory_gb_allocated: 8,
  disk_read_bytes_per_s: 1_000_000,
  disk_write_bytes_per_s: 500_000,
  network_receive_bytes_per_s: null,
  network_transmit_bytes_per_s: null,
  measured_at: '2026-11-26T11:59:58Z',
  history: [{ at: '2026-11-26T11:45:00Z', cpu_cores: 1, memory_gb: 2 }],
};

const reading = (atMs: number, cpu: number | null): Reading => ({
  atMs: NOW_MS + atMs,
  values: { cpu, memory: null, disk: null, network: null },
});

describe('readingOf', () => {
  test('adds up what is read and written, and leaves out what is not measured', () => {
    expect(readingOf(USAGE, NOW_MS)).toEqual({
      atMs: NOW_MS - 2_000,
      values: { cpu: 2, memory: 3, disk: 1.5, network: null },
    });
  });

  test('is a gap where nothing was measured lately', () => {
    const silent = { ...USAGE, cpu_cores: null, memory_gb: null, measured_at: null };
    expect(readingOf(silent, NOW_MS)).toMatchObject({ atMs: NOW_MS, values: { cpu: null } });
  });
});

test('earlierOf has the history of a node', () => {
  expect(earlierOf(USAGE)).toEqual([
    { atMs: NOW_MS - 900_000, values: { cpu: 1, memory: 2, disk: null, network: null } },
  ]);
});

describe('linesOf', () => {
  test('draws measurements of about the same moment above each other', () => {
    const lines = linesOf(
      [
        { id: 'a', name: 'a', readings: [reading(1, 1), reading(30_002, null)] },
        { id: 'b', name: 'b', readings: [reading(-3, 5), reading(60_000, 6)] },
      ],
      'cpu',
      NOW_MS - 60_000,
    );
    expect(lines.xs).toEqual([0, 30, 60].map((second) => NOW_MS / 1_000 + second));
    // A null is a gap, undefined is not: the line goes on to the next measurement.
    expect(lines.series).toEqual([
      { name: 'a', values: [1, null, undefined] },
      { name: 'b', values: [5, undefined, 6] },
    ]);
  });

  test('leaves out what is before the time', () => {
    const old = [{ id: 'a', name: 'a', readings: [reading(-9_000, 1)] }];
    expect(hasNumbers(linesOf(old, 'cpu', NOW_MS))).toBe(false);
    expect(hasNumbers(linesOf(old, 'cpu', NOW_MS - 20_000))).toBe(true);
  });
});
