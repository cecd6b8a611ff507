import { describe, expect, test } from '@jest/globals';
import { type Judgement, judgeSignals, NOTHING_JUDGED } from './judge-signals.ts';
import type { DiskHealth, HostReading } from './signal-source.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

const DISK: DiskHealth = {
  device: 'sda',
  model: 'ST4000',
  state: 'sound',
  unreadableSectors: 0,
  warnings: [],
};

/** Judges readings one after another; each is of a time. */
function judge(...readings: readonly (readonly [atMs: number, reading: HostReading])[]) {
  return readings.reduce(
    (before: Judgement, [atMs, reading]) => judgeSignals(reading, before, atMs),
    NOTHING_JUDGED,
  ).conditions;
}

/** Describes the findings about a disk, an array or a storage. */
function lineOf(reading: HostReading): string {
  const lines = judge([0, reading]).map(
    ({ kind, subject, severity, evidence }) => `${kind} ${subject} ${severity}: ${evidence}`,
  );
  return lines.join('\n');
}

test('a disk is full below 256 MiB, until 512 MiB are free', () => {
  const room = (freeMib: number) => ({
    storageRoom: [{ pool: 'pool-1', directory: '/pool', freeMib }],
  });
  const lines = [256, 255, 511, 512].map((_freeMib, at, all) =>
    judge(...all.slice(0, at + 1).map((each) => [at, room(each)] as const)).map(
      ({ kind, subject, severity, evidence }) => `${kind} ${subject} ${severity}: ${evidence}`,
    ),
  );
  const full = ['disk_full pool-1 moderate: /pool has 255 MiB free'];
  // What was seen is written again once an hour.
  expect(lines).toEqual([[], full, full, []]);
});

test('a sound host has no condition', () => {
  const pressure = { lastMinute: 3, lastFiveMinutes: 2.5 };
  const arrays = [{ name: 'md0', level: 'raid1', disksWanted: 2, disksWorking: 2, repair: null }];
  const memory = [{ controller: 'mc0', corrected: 5_000, uncorrected: 0 }];
  expect(judge([0, { disks: [DISK], arrays, memory, pressure, ioErrors: [] }])).toEqual([]);
});

test.each<[HostReading, string]>([
  [
    { disks: [{ ...DISK, state: 'failing' }] },
    'disk_failing sda severe: sda (ST4000): SMART expects it to fail',
  ],
  [
    { disks: [{ ...DISK, model: null, warnings: ['it can only be read'] }] },
    'disk_failing sda severe: sda: it can only be read',
  ],
  [
    { disks: [{ ...DISK, unreadableSectors: 1 }] },
    'disk_failing sda moderate: sda (ST4000): 1 sector cannot be read',
  ],
  [
    { disks: [{ ...DISK, model: null, state: 'silent' }] },
    'disk_failing sda moderate: sda does not answer smartctl',
  ],
  [
    {
      arrays: [{ name: 'md1', level: 'raid5', disksWanted: 4, disksWorking: 3, repair: 'resync' }],
    },
    'raid_degraded md1 moderate: md1 (raid5) has 3 of 4 disks and is being repaired',
  ],
  [
    { memory: [{ controller: 'mc1', corrected: 0, uncorrected: 2 }] },
    'memory_errors mc1 severe: mc1 has counted 2 uncorrected errors since the start',
  ],
  [
    { ioErrors: [{ pool: 'pool-1', operation: 'write', atMs: 0 }] },
    'storage_errors pool-1 moderate: ' +
      '1 I/O error of disks of VMs within an hour, the last at a write',
  ],
  [
    {
      ioErrors: [{ pool: 'pool-1', operation: 'write', atMs: 0 }],
      storagesAway: [{ pool: 'pool-1', message: 'The directory /a is empty: mount it.' }],
    },
    'storage_errors pool-1 severe: The directory /a is empty: mount it',
  ],
])('%j is said of the host', (reading, line) => {
  expect(lineOf(reading)).toBe(line);
});

describe('corrected errors of memory', () => {
  const counted = (corrected: number): HostReading => ({
    memory: [{ controller: 'mc0', corrected, uncorrected: 0 }],
  });

  test('count from 10 within a day, not those of before', () => {
    expect(judge([0, counted(700)], [HOUR_MS, counted(709)])).toEqual([]);
    expect(judge([0, counted(700)], [HOUR_MS, counted(710)])).toMatchObject([
      { kind: 'memory_errors', severity: 'moderate' },
    ]);
  });

  test('that come slowly do not count, and counters that begin again do not', () => {
    const slow = [0, 1, 2, 3].map((day) => [day * DAY_MS, counted(9 * day)] as const);
    expect(judge(...slow)).toEqual([]);
    expect(judge([0, counted(700)], [HOUR_MS, counted(3)])).toEqual([]);
  });
});

test('I/O errors count for an hour, and three are severe', () => {
  const ioErrors = [1, 2, 3].map((atMs) => ({ pool: 'p', operation: 'read', atMs }));
  expect(judge([10, { ioErrors }])).toMatchObject([{ severity: 'severe' }]);
  expect(judge([HOUR_MS + 3, { ioErrors }])).toEqual([]);
});

describe('memory pressure', () => {
  const pressed = (lastMinute: number, lastFiveMinutes: number): HostReading => ({
    pressure: { lastMinute, lastFiveMinutes },
  });

  test('begins with a bad minute and lasts until five minutes were good', () => {
    expect(judge([0, pressed(9.9, 9)])).toEqual([]);
    expect(judge([0, pressed(10, 3)])).toHaveLength(1);
    expect(judge([0, pressed(10, 3)], [MINUTE_MS, pressed(0, 2.5)])).toHaveLength(1);
    expect(judge([0, pressed(10, 3)], [MINUTE_MS, pressed(0, 1.9)])).toEqual([]);
  });

  test('is said in the same words for an hour, so that it is not announced each minute', () => {
    const first = judge([0, pressed(10, 3)]);
    expect(judge([0, pressed(10, 3)], [MINUTE_MS, pressed(50, 9)])).toEqual(first);
    const later = judge([0, pressed(10, 3)], [HOUR_MS, pressed(50, 9)]);
    expect(later).toMatchObject([{ since_ms: 0, evidence: expect.stringContaining('50 %') }]);
  });
});
