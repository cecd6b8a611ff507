import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseMdstat } from './parse-mdstat.ts';
import { parsePressure } from './parse-pressure.ts';
import { parseSmart } from './parse-smart.ts';

function fixture(name: string): string {
  return readFileSync(new URL(`testdata/${name}`, import.meta.url), 'utf8');
}

describe('SMART', () => {
  const ATA = { device: 'sda', model: 'ST4000NM0035-1V4107', warnings: [] };

  test.each([
    ['smart-ata-sound.json', { ...ATA, state: 'sound', unreadableSectors: 0 }],
    ['smart-ata-unreadable.json', { ...ATA, state: 'sound', unreadableSectors: 16 }],
    ['smart-ata-failing.json', { ...ATA, state: 'failing', unreadableSectors: 0 }],
    [
      'smart-nvme-warning.json',
      {
        device: 'sda',
        model: 'SAMSUNG MZVL21T0HCLR-00B00',
        state: 'failing',
        unreadableSectors: 0,
        warnings: ['its spare blocks are used up', 'its reliability is degraded'],
      },
    ],
    // A disk that cannot be read is not said to fail.
    [
      'smart-refused.json',
      { device: 'sda', model: null, state: 'unknown', unreadableSectors: 0, warnings: [] },
    ],
  ])('of %s is read', (name, expected) => {
    expect(parseSmart('sda', fixture(name))).toEqual(expected);
  });

  test.each(['', 'smartctl: not found', '[]', '{"smart_status":{"passed":"no"}}'])(
    'that says %j is not taken for anything',
    (text) => {
      expect(parseSmart('sda', text)?.state ?? 'nothing').not.toBe('failing');
    },
  );
});

test('arrays are read with the disks that they lack, but for those without spare disks', () => {
  expect(parseMdstat(fixture('mdstat.txt'))).toEqual([
    { name: 'md0', level: 'raid1', disksWanted: 2, disksWorking: 2, repair: null },
    { name: 'md1', level: 'raid1', disksWanted: 2, disksWorking: 1, repair: null },
    { name: 'md2', level: 'raid5', disksWanted: 4, disksWorking: 3, repair: 'recovery = 12.6%' },
  ]);
  expect(parseMdstat('')).toEqual([]);
});

test('pressure is the share of the time in which all tasks wait', () => {
  const text =
    'some avg10=9.00 avg60=8.00 avg300=7.00 total=99\n' +
    'full avg10=3.10 avg60=2.25 avg300=1.05 total=42\n';
  expect(parsePressure(text)).toEqual({ lastMinute: 2.25, lastFiveMinutes: 1.05 });
  expect(parsePressure('')).toBeUndefined();
});
