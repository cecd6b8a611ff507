import {
  closeSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Clock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';
import SqliteDatabase from 'better-sqlite3';
import type { MetricTarget } from '../../../ports/metric-series.ts';
import { makeTemporaryDirectory } from '../../store/sqlite/temporary-store.ts';
import { describeMetricSeries } from '../metric-series-suite.ts';
import { openSqliteSeries, SERIES_FILE } from './open-sqlite-series.ts';

const ignore = (): void => undefined;
const SILENT: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const CLOCK: Clock = { nowMs: () => 1_780_272_000_000, steadyMs: () => 0 };

describeMetricSeries('series in SQLite', async () => {
  const { directory, remove } = makeTemporaryDirectory();
  const open = () =>
    openSqliteSeries({ path: join(directory, SERIES_FILE), clock: CLOCK, logger: SILENT });
  let current = open();
  return {
    series: current,
    reopen: async () => {
      await current.close();
      current = open();
      return current;
    },
    remove: async () => {
      await current.close();
      remove();
    },
  };
});

const VM: MetricTarget = { id: 'vm_1', tenantId: 'tnt_1', kind: 'vm' };
const START_S = 1_780_272_000;
const WHOLE = { targetId: VM.id, name: 'queue_length_count', fromS: 0, toS: START_S * 2 };

function batchAt(atS: number, value: number) {
  return [{ target: VM, samples: [{ name: WHOLE.name, atS, value }] }];
}

/** Opens a file in a directory, and remembers what is logged as an error. */
function openIn(directory: string, errors: string[]) {
  return openSqliteSeries({
    path: join(directory, SERIES_FILE),
    clock: CLOCK,
    logger: { ...SILENT, error: (_fields, message) => errors.push(message) },
  });
}

describe('a damaged file of metrics', () => {
  const MOVED = 'the file of metrics is damaged: it was moved aside';

  test.each([
    ['that is none of SQLite', 'not a database, but long enough to be looked at '.repeat(100)],
    ['with a cut header', 'SQLite format 3\0 and no more'],
  ])('%s is moved aside when it is opened', async (_what, content) => {
    const { directory, remove } = makeTemporaryDirectory();
    writeFileSync(join(directory, SERIES_FILE), content);
    const errors: string[] = [];
    const series = openIn(directory, errors);
    expect((await series.write(batchAt(START_S, 1), 'written')).ok).toBe(true);
    expect(errors).toEqual([MOVED]);
    const aside = readdirSync(directory).filter((name) => name.includes('.damaged-'));
    expect(aside).toEqual([`${SERIES_FILE}.damaged-${CLOCK.nowMs()}`]);
    await series.close();
    remove();
  });

  test('of a later form is moved aside', async () => {
    const { directory, remove } = makeTemporaryDirectory();
    const later = new SqliteDatabase(join(directory, SERIES_FILE));
    later.pragma('user_version = 2');
    later.close();
    const errors: string[] = [];
    const series = openIn(directory, errors);
    expect((await series.write(batchAt(START_S, 1), 'written')).ok).toBe(true);
    expect(errors).toEqual([MOVED]);
    await series.close();
    remove();
  });

  test('is found while it is open: the server goes on with an empty one', async () => {
    const { directory, remove } = makeTemporaryDirectory();
    const errors: string[] = [];
    const first = openIn(directory, errors);
    const samples = Array.from({ length: 500 }, (_, at) => {
      return { name: WHOLE.name, atS: START_S + at, value: Math.sin(at) };
    });
    await first.write([{ target: VM, samples }], 'measured');
    await first.close();
    overwriteMiddle(join(directory, SERIES_FILE));
    const series = openIn(directory, errors);
    // The first read that meets the damage, or the first write.
    await series.read(WHOLE);
    await series.compact({ nowMs: (START_S + 7_200) * 1000, mayContinue: () => true });
    const written = await series.write(batchAt(START_S + 9_000, 5), 'measured');
    expect(written.ok).toBe(true);
    const found = await series.read(WHOLE);
    expect(found).toMatchObject({ ok: true, value: { means: [5] } });
    expect(errors).toEqual([MOVED]);
    await series.close();
    remove();
  });

  test('with one damaged chunk loses this chunk only, and says so', async () => {
    const { directory, remove } = makeTemporaryDirectory();
    const errors: string[] = [];
    const series = openIn(directory, errors);
    for (const window of [0, 1_800])
      await series.write(batchAt(START_S + window, window), 'written');
    await series.compact({ nowMs: (START_S + 7_200) * 1000, mayContinue: () => true });
    const other = new SqliteDatabase(join(directory, SERIES_FILE));
    other.prepare('update chunks set data = ? where window_s = ?').run(Buffer.from('x'), START_S);
    other.close();
    const found = await series.read(WHOLE);
    expect(found).toMatchObject({ ok: true, value: { means: [1_800] } });
    expect(errors).toEqual(['samples of metrics are damaged and left out']);
    await series.close();
    remove();
  });
});

describe('a damaged row of samples', () => {
  test('is left out, and keeps no other sample from being written', async () => {
    const { directory, remove } = makeTemporaryDirectory();
    const errors: string[] = [];
    const series = openIn(directory, errors);
    await series.write(batchAt(START_S, 1), 'written');
    await series.write(batchAt(START_S + 30, 2), 'written');
    const other = new SqliteDatabase(join(directory, SERIES_FILE));
    const [row] = other.prepare<[], { id: number; data: Buffer }>('select * from open_rows').all();
    row?.data.writeDoubleBE(1e300, row.data.length - 8);
    other.prepare('update open_rows set data = ? where id = ?').run(row?.data, row?.id);
    other.close();
    const written = await series.write(batchAt(START_S + 60, 3), 'written');
    expect(written).toMatchObject({ ok: true, value: { stored: 1 } });
    expect(await series.read(WHOLE)).toMatchObject({ ok: true, value: { means: [2, 3] } });
    expect(errors).toEqual(['samples of metrics are damaged and left out']);
    await series.close();
    remove();
  });
});

describe('a file of metrics', () => {
  test('is for the user of the server alone', async () => {
    const { directory, remove } = makeTemporaryDirectory();
    const series = openIn(directory, []);
    for (const name of readdirSync(directory)) {
      expect([name, statSync(join(directory, name)).mode & 0o777]).toEqual([name, 0o600]);
    }
    await series.close();
    remove();
  });

  test.each(['', '-wal'])(
    'that loses metrics.db%s while it is open is opened again, which is logged',
    async (suffix) => {
      const { directory, remove } = makeTemporaryDirectory();
      const errors: string[] = [];
      const series = openIn(directory, errors);
      await series.write(batchAt(START_S, 1), 'written');
      rmSync(join(directory, SERIES_FILE + suffix));
      expect((await series.write(batchAt(START_S + 30, 2), 'written')).ok).toBe(true);
      expect(errors).toEqual(['the file of metrics was removed or replaced']);
      await series.close();
      const again = openIn(directory, errors);
      const found = await again.read(WHOLE);
      expect(found.ok && found.value?.means.at(-1)).toBe(2);
      expect(errors).toEqual(['the file of metrics was removed or replaced']);
      await again.close();
      remove();
    },
  );

  test('that cannot be opened is tried again with each call', async () => {
    const { directory, remove } = makeTemporaryDirectory();
    const errors: string[] = [];
    const warnings: string[] = [];
    const away = `${directory}-away`;
    const series = openSqliteSeries({
      path: join(directory, SERIES_FILE),
      clock: CLOCK,
      logger: {
        ...SILENT,
        warn: (_fields, message) => warnings.push(message),
        error: (_fields, message) => errors.push(message),
      },
    });
    await series.write(batchAt(START_S, 1), 'written');
    renameSync(directory, away);
    for (const seconds of [30, 60]) {
      const refused = await series.write(batchAt(START_S + seconds, 2), 'written');
      expect(refused).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    }
    expect(errors).toEqual(['the file of metrics was removed or replaced']);
    expect(warnings).toEqual(['metrics cannot be stored or read']);
    renameSync(away, directory);
    expect((await series.write(batchAt(START_S + 90, 3), 'written')).ok).toBe(true);
    expect(await series.read(WHOLE)).toMatchObject({ ok: true, value: { means: [1, 3] } });
    await series.close();
    remove();
  });

  test('that cannot be opened at the start is there once it can', async () => {
    const { directory, remove } = makeTemporaryDirectory();
    const errors: string[] = [];
    renameSync(directory, `${directory}-away`);
    const series = openIn(directory, errors);
    expect(errors).toEqual(['metrics are neither stored nor shown: they cannot be opened']);
    expect((await series.write(batchAt(START_S, 1), 'written')).ok).toBe(false);
    renameSync(`${directory}-away`, directory);
    expect((await series.write(batchAt(START_S, 1), 'written')).ok).toBe(true);
    await series.close();
    remove();
  });
});

/** Overwrites all pages of a closed file but the first one. */
function overwriteMiddle(path: string): void {
  const PAGE = 4_096;
  const { size } = statSync(path);
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(size - PAGE, 0xa5), 0, size - PAGE, PAGE);
  closeSync(file);
}
