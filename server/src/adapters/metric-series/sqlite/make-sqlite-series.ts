/** The rows of series in an open SQLite file. */
import type Sqlite from 'better-sqlite3';
import type {
  ChunkRange,
  ChunkSwap,
  OpenRow,
  SeriesDatabase,
  StoredChunk,
  StoredSeries,
  StoredTarget,
} from '../series-database.ts';
import { BLOCK_TARGETS, blockOf, LEVELS, ROLLED_WINDOW_S, windowOf } from '../series-times.ts';

/** The database, and how it is closed at once. */
export type SqliteSeries = Omit<SeriesDatabase, 'replaceIfDamaged' | 'close'> & {
  readonly closeNow: () => void;
};

const SERIES_COLUMNS =
  'id, target_key as targetKey, name, source, since_s as sinceS, seen_s as seenS';

const UNUSED =
  'select series.id from series join targets on targets.key = series.target_key ' +
  "where series.seen_s < iif(targets.kind = 'vm', ?, ?)";

/** Prepares the statements. */
export function makeSqliteSeries(file: Sqlite.Database): SqliteSeries {
  /** A row has the columns of its statement, which the driver cannot know. */
  const prepare = <Row>(sql: string) => file.prepare<unknown[], Row>(sql);
  const statements = {
    findTargets: prepare<StoredTarget>(
      'select key, id, tenant_id as tenantId, kind from targets ' +
        'where id in (select value from json_each(?))',
    ),
    addTarget: prepare('insert or ignore into targets (id, tenant_id, kind) values (?, ?, ?)'),
    findSeries: prepare<StoredSeries>(
      `select ${SERIES_COLUMNS} from series ` +
        'where target_key in (select value from json_each(?)) order by name',
    ),
    addSeries: prepare(
      'insert or ignore into series (target_key, name, source, since_s, seen_s) ' +
        'values (?, ?, ?, ?, ?)',
    ),
    touch: prepare('update series set seen_s = max(seen_s, ?) where id = ?'),
    addOpen: prepare('insert into open_rows (window_s, block, data) values (?, ?, ?)'),
    readOpen: prepare<OpenRow>(
      'select id, window_s as window, data from open_rows ' +
        'where window_s >= ? and window_s < ? and block = ? order by id',
    ),
    oldestOpen: prepare<{ window: number; block: number }>(
      'select window_s as window, block from open_rows where window_s < ? ' +
        'order by window_s, block limit 1',
    ),
    openBlocks: prepare<{ window: number; block: number }>(
      'select distinct window_s as window, block from open_rows where window_s >= ?',
    ),
    closeOpen: prepare('delete from open_rows where id in (select value from json_each(?))'),
    nextWindow: prepare<{ window: number }>(
      'select window_s as window from chunks where level = ? and window_s >= ? and window_s < ? ' +
        'order by window_s limit 1',
    ),
    readChunks: prepare<StoredChunk>(
      'select level, window_s as window, target_key as targetKey, data from chunks ' +
        'where level = ? and window_s = ? and target_key >= ? and target_key < ?',
    ),
    nextTarget: prepare<{ window: number; targetKey: number }>(
      'select window_s as window, target_key as targetKey from chunks ' +
        'where level = ? and window_s < ? order by window_s, target_key limit 1',
    ),
    put: prepare('insert or replace into chunks values (?, ?, ?, ?)'),
    remove: prepare(
      'delete from chunks where level = ? and window_s = ? and target_key >= ? and target_key < ?',
    ),
    rolled: prepare<{ key: number }>("select key from targets where kind <> 'vm' order by key"),
    forgetSeries: prepare(`delete from series where id in (${UNUSED})`),
    forgetTargets: prepare(
      'delete from targets where not exists ' +
        '(select 1 from series where series.target_key = targets.key)',
    ),
    written: prepare<{ tenantId: string; count: number }>(
      'select tenant_id as tenantId, count(*) as count from series ' +
        "join targets on targets.key = series.target_key where source = 'written' group by 1",
    ),
  };

  /** The windows of a range that have chunks, each found by one step in the index. */
  function windowsOf({ level, from, to }: ChunkRange): readonly number[] {
    const windows: number[] = [];
    let next = statements.nextWindow.get(level, from, to);
    while (next !== undefined) {
      windows.push(next.window);
      next = statements.nextWindow.get(level, next.window + 1, to);
    }
    return windows;
  }

  function removeRange(range: ChunkRange): void {
    for (const window of windowsOf(range)) {
      statements.remove.run(range.level, window, range.targetFrom, range.targetTo);
    }
  }

  const all = file.transaction((work: () => void) => work());

  return {
    findTargets: async (ids) => statements.findTargets.all(JSON.stringify(ids)),
    addTargets: async (targets) =>
      all(() => {
        for (const { id, tenantId, kind } of targets) statements.addTarget.run(id, tenantId, kind);
      }),
    findSeries: async (keys) => statements.findSeries.all(JSON.stringify(keys)),
    addSeries: async (series) => {
      let added = 0;
      all(() => {
        for (const { targetKey, name, source, sinceS, seenS } of series) {
          added += statements.addSeries.run(targetKey, name, source, sinceS, seenS).changes;
        }
      });
      return added;
    },
    touchSeries: async (ids, seenS) => {
      let found = 0;
      all(() => {
        for (const id of ids) found += statements.touch.run(seenS, id).changes;
      });
      return found;
    },
    addOpen: async (rows) =>
      all(() => {
        for (const { window, block, data } of rows) statements.addOpen.run(window, block, data);
      }),
    readOpen: async (block, from, to) => statements.readOpen.all(from, to, block),
    oldestOpen: async (before) => statements.oldestOpen.get(before),
    openBlocks: async (from) => statements.openBlocks.all(from),
    readChunks: async (range) =>
      windowsOf(range).flatMap((window) =>
        statements.readChunks.all(range.level, window, range.targetFrom, range.targetTo),
      ),
    nextWindow: async (level, from, to) => statements.nextWindow.get(level, from, to)?.window,
    swap: async ({ put, closed, removed }: ChunkSwap) =>
      all(() => {
        if (removed !== undefined) removeRange(removed);
        for (const { level, window, targetKey, data } of put) {
          statements.put.run(level, window, targetKey, data);
        }
        if (closed !== undefined) statements.closeOpen.run(JSON.stringify(closed));
      }),
    rolledTargets: async () => statements.rolled.all().map(({ key }) => key),
    removeOld: async (name, before) => {
      const level = LEVELS[name];
      const first = statements.nextTarget.get(level, before);
      if (first === undefined) return false;
      // A day of a block of targets, so that requests are answered between two of them.
      const from = windowOf(first.window, ROLLED_WINDOW_S);
      const targetTo = (blockOf(first.targetKey) + 1) * BLOCK_TARGETS;
      const range = { level, from, to: from + ROLLED_WINDOW_S };
      all(() => removeRange({ ...range, targetFrom: first.targetKey, targetTo }));
      return true;
    },
    forget: async (vmsBeforeS, othersBeforeS) => {
      let forgotten = 0;
      all(() => {
        forgotten = statements.forgetSeries.run(vmsBeforeS, othersBeforeS).changes;
        if (forgotten > 0) statements.forgetTargets.run();
      });
      return forgotten;
    },
    countWritten: async () =>
      new Map(statements.written.all().map(({ tenantId, count }) => [tenantId, count])),
    closeNow: () => file.close(),
  };
}
