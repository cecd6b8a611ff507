import { expect, test } from '@jest/globals';
import {
  chooseMoment,
  findLostMs,
  makeBackupId,
  markName,
  partName,
  readBackups,
} from './part-names.ts';

const START = Date.parse('2026-01-02T03:04:05.678Z');
const ID = makeBackupId(START, '0a1b2c3d');
const LATER = makeBackupId(START + 3_600_000, '4e5f6a7b');

function part(sequence: number, [at, of]: readonly [number, number], backupId = ID) {
  const atMs = START + sequence * 15_000 + (backupId === ID ? 0 : 3_600_000);
  return {
    name: partName({ backupId, sequence, part: at, parts: of, atMs }),
    sizeBytes: 10,
  };
}

test('names have only letters, digits, dots and hyphens', () => {
  expect(part(1, [1, 1]).name).toBe(
    '20260102T030405678Z-0a1b2c3d.000001-00001-of-00001.20260102T030420678Z.gz',
  );
});

test('backups, moments and the last verification are read from a list of names', () => {
  const marks = [
    { name: markName(ID, 'failed', START + 50_000), sizeBytes: 1 },
    { name: markName(ID, 'passed', START + 40_000), sizeBytes: 1 },
  ];
  const files = [part(0, [2, 2]), part(1, [1, 1]), part(0, [1, 2]), ...marks];
  const foreign = { name: 'README', sizeBytes: 7 };
  expect(readBackups([foreign, ...files])).toMatchObject([
    {
      id: ID,
      startedAtMs: START,
      momentsMs: [START, START + 15_000],
      sizeBytes: 32,
      verified: { atMs: START + 50_000, outcome: 'failed' },
    },
  ]);
});

test.each([
  ['a moment behind one that is missing', [part(0, [1, 1]), part(2, [1, 1])], [START]],
  ['a moment of which a part is missing', [part(0, [1, 1]), part(1, [1, 2])], [START]],
  ['a whole copy of which a part is missing', [part(0, [2, 2]), part(1, [1, 1])], undefined],
])('%s is not offered', (_what, files, momentsMs) => {
  expect(readBackups(files)[0]?.momentsMs).toEqual(momentsMs);
});

test('the newest moment of all backups is chosen, or the newest one until a time', () => {
  const files = [part(0, [1, 1]), part(1, [1, 1]), part(0, [1, 1], LATER), part(1, [1, 1], LATER)];
  const backups = readBackups(files);
  expect(chooseMoment(backups)).toMatchObject({ id: LATER, atMs: START + 3_615_000 });
  expect(chooseMoment(backups, START + 3_614_999)).toEqual({
    id: LATER,
    atMs: START + 3_600_000,
    names: [part(0, [1, 1], LATER).name],
  });
  expect(chooseMoment(backups, START + 20_000)).toMatchObject({ id: ID, atMs: START + 15_000 });
  expect(chooseMoment(backups, START - 1)).toBeUndefined();
});

test('what failed attempts at a moment have left hides neither it nor what follows', () => {
  const attempt = (atMs: number, at: number, of: number) => ({
    name: partName({ backupId: ID, sequence: 1, part: at, parts: of, atMs: START + atMs }),
    sizeBytes: 10,
  });
  const files = [
    part(0, [1, 1]),
    // Was put there, but its answer was lost; then a part of the next one; then all of the third.
    attempt(10_000, 1, 1),
    attempt(12_000, 1, 2),
    attempt(14_000, 1, 2),
    attempt(14_000, 2, 2),
    part(2, [1, 1]),
  ];
  const [backup] = readBackups(files);
  expect(backup?.momentsMs).toEqual([START, START + 14_000, START + 30_000]);
  const cut = readBackups(files.filter(({ name }) => !name.includes('00002-of-00002')));
  // What follows builds on the attempt that is missing a part.
  expect(cut[0]?.momentsMs).toEqual([START, START + 10_000]);
});

test.each([
  ['nothing is', [part(0, [1, 1]), part(1, [1, 1])], undefined],
  ['a moment is', [part(0, [1, 1]), part(2, [1, 1]), part(3, [1, 1])], START + 45_000],
  ['the whole copy is', [part(1, [1, 1])], START + 15_000],
  ['a failed attempt has left a part, nothing is', [part(0, [1, 1]), part(1, [1, 2])], undefined],
])('where %s missing, the changes behind it are known to be lost', (_what, files, lostMs) => {
  expect(findLostMs(files)).toBe(lostMs);
});
