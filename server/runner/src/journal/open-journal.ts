/**
 * The attempts of a runner, recorded before they begin. What an attempt was given is not recorded:
 * one that had begun when a runner died is not begun again, so that no secret is on its disk.
 */
import { join } from 'node:path';
import { makePrivateDir, makePrivateFile } from '@novacron/agent/secrets/private-files';
import { type RunnerOrder, RunnerOutcome, RunnerQuery } from '@novacron/contract/automation/runner';
import type { Clock } from '@novacron/runtime/clock';
import Database from 'better-sqlite3';
import { z } from 'zod';

/** Ended attempts are remembered for this long; no server asks later. Unit: ms. */
const RETENTION_MS = 7 * 86_400_000;

/** A start that ended longer ago has no attempt that a server still asks for. Unit: ms. */
const STARTS_RETENTION_MS = 400 * 86_400_000;

/** Identity of an attempt. */
export type AttemptKey = Pick<RunnerQuery, 'execution_id' | 'attempt'>;

/** Journal state of a new order. */
export type JournalEntry =
  /** Recorded now: it has to begin. */
  | { readonly kind: 'recorded' }
  | { readonly kind: 'running' }
  | { readonly kind: 'ended'; readonly outcome: RunnerOutcome }
  /** A later attempt at the same step, or what takes it back, came before this one. */
  | { readonly kind: 'superseded'; readonly by: string }
  /** The server has chosen a runner again, or its execution is cancelled. */
  | { readonly kind: 'withdrawn' };

/** Journal state of an attempt. */
export type KnownAttempt = Extract<JournalEntry, { kind: 'running' | 'ended' }>;

/** The memory of a runner. What it has answered is on the disk. */
export interface Journal {
  /** Records a start of the runner. */
  readonly recordStart: (start: string) => void;
  /** Whether an order for a start would be in this journal: no journal before it has been lost. */
  readonly hasStart: (start: string) => boolean;
  /** Records an attempt, unless it is known already or comes too late. */
  readonly begin: (
    order: AttemptKey & Pick<RunnerOrder, 'step' | 'sequence' | 'dispatch'>,
  ) => JournalEntry;
  /**
   * Records that orders of an attempt up to a dispatch are refused, unless it has begun.
   * @returns what is known of an attempt that has begun
   */
  readonly withdraw: (key: AttemptKey, dispatch: number) => KnownAttempt | undefined;
  /** Records how an attempt has ended. */
  readonly end: (key: AttemptKey, end: { outcome: RunnerOutcome; log: string }) => void;
  /** Ends all attempts that have not ended, and returns them. */
  readonly endAll: (outcome: RunnerOutcome) => readonly AttemptKey[];
  /** @returns undefined for an attempt that was never recorded, or was forgotten */
  readonly find: (key: AttemptKey) => KnownAttempt | undefined;
  /** A part of a log. @param of - where it begins and how long it is. Unit: characters */
  readonly readLog: (
    key: AttemptKey,
    of: { readonly offset: number; readonly length: number },
  ) => string;
  readonly close: () => void;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS attempts (
    execution_id TEXT NOT NULL,
    attempt TEXT NOT NULL,
    step TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    outcome TEXT,
    log TEXT NOT NULL DEFAULT '',
    changed_at_ms INTEGER NOT NULL,
    PRIMARY KEY (execution_id, attempt)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS attempts_by_change ON attempts (changed_at_ms);
  CREATE TABLE IF NOT EXISTS withdrawals (
    execution_id TEXT NOT NULL,
    attempt TEXT NOT NULL,
    dispatch INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (execution_id, attempt)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS withdrawals_by_time ON withdrawals (at_ms);
  CREATE TABLE IF NOT EXISTS starts (
    start TEXT NOT NULL PRIMARY KEY,
    at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS starts_by_time ON starts (at_ms);
`;

const Row = z.object({ outcome: z.string().nullable() });
const Later = z.object({ attempt: z.string() });
const Key = RunnerQuery.pick({ execution_id: true, attempt: true });
const LogRow = z.object({ log: z.string() });

/** Opens the journal of a data directory, and makes it where there is none. */
export function openJournal(dataDir: string, clock: Clock): Journal {
  makePrivateDir(dataDir);
  const path = join(dataDir, 'runner.db');
  makePrivateFile(path);
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  // An attempt that was accepted must be known after a power cut.
  database.pragma('synchronous = FULL');
  database.exec(SCHEMA);

  const find: Journal['find'] = ({ execution_id, attempt }) => {
    const row = database
      .prepare('SELECT outcome FROM attempts WHERE execution_id = ? AND attempt = ?')
      .get(execution_id, attempt);
    if (row === undefined) return undefined;
    const { outcome } = Row.parse(row);
    if (outcome === null) return { kind: 'running' };
    return { kind: 'ended', outcome: RunnerOutcome.parse(JSON.parse(outcome)) };
  };

  const forgetBefore = (timeMs: number): void => {
    database
      .prepare('DELETE FROM attempts WHERE changed_at_ms < ? AND outcome IS NOT NULL')
      .run(timeMs);
    database.prepare('DELETE FROM withdrawals WHERE at_ms < ?').run(timeMs);
  };

  const recordStart: Journal['recordStart'] = (start) => {
    const nowMs = clock.nowMs();
    database.prepare('DELETE FROM starts WHERE at_ms < ?').run(nowMs - STARTS_RETENTION_MS);
    database
      .prepare('INSERT OR REPLACE INTO starts (start, at_ms) VALUES (?, ?)')
      .run(start, nowMs);
  };

  const begin = database.transaction((order: Parameters<Journal['begin']>[0]): JournalEntry => {
    const { execution_id, attempt, step, sequence, dispatch } = order;
    const known = find(order);
    if (known !== undefined) return known;
    const later = database
      .prepare(
        `SELECT attempt FROM attempts WHERE execution_id = ? AND step = ? AND sequence > ?
         ORDER BY sequence DESC LIMIT 1`,
      )
      .get(execution_id, step, sequence);
    if (later !== undefined) return { kind: 'superseded', by: Later.parse(later).attempt };
    const withdrawn = database
      .prepare('SELECT 1 FROM withdrawals WHERE execution_id = ? AND attempt = ? AND dispatch >= ?')
      .get(execution_id, attempt, dispatch);
    if (withdrawn !== undefined) return { kind: 'withdrawn' };
    const nowMs = clock.nowMs();
    forgetBefore(nowMs - RETENTION_MS);
    database
      .prepare(
        `INSERT INTO attempts (execution_id, attempt, step, sequence, changed_at_ms)
         VALUES (?, ?, ?, ?, ?)`,
      )
      .run(execution_id, attempt, step, sequence, nowMs);
    return { kind: 'recorded' };
  });

  const withdraw = database.transaction((key: AttemptKey, dispatch: number) => {
    const known = find(key);
    if (known !== undefined) return known;
    const nowMs = clock.nowMs();
    forgetBefore(nowMs - RETENTION_MS);
    database
      .prepare(
        `INSERT INTO withdrawals (execution_id, attempt, dispatch, at_ms) VALUES (?, ?, ?, ?)
         ON CONFLICT (execution_id, attempt) DO UPDATE
         SET dispatch = max(dispatch, excluded.dispatch), at_ms = excluded.at_ms`,
      )
      .run(key.execution_id, key.attempt, dispatch, nowMs);
    return undefined;
  });

  const end: Journal['end'] = ({ execution_id, attempt }, { outcome, log }) => {
    database
      .prepare(
        `UPDATE attempts SET outcome = ?, log = ?, changed_at_ms = ?
         WHERE execution_id = ? AND attempt = ?`,
      )
      .run(JSON.stringify(outcome), log, clock.nowMs(), execution_id, attempt);
  };

  return {
    recordStart,
    hasStart: (start) =>
      database.prepare('SELECT 1 FROM starts WHERE start = ?').get(start) !== undefined,
    begin,
    withdraw,
    end,
    endAll: (outcome) => {
      const rows = database
        .prepare('SELECT execution_id, attempt FROM attempts WHERE outcome IS NULL')
        .all();
      const keys = rows.map((row) => Key.parse(row));
      for (const key of keys) end(key, { outcome, log: '' });
      return keys;
    },
    find,
    // SQLite counts characters in another way, and stops at a NUL.
    readLog: ({ execution_id, attempt }, { offset, length }) => {
      const row = database
        .prepare('SELECT log FROM attempts WHERE execution_id = ? AND attempt = ?')
        .get(execution_id, attempt);
      return row === undefined ? '' : LogRow.parse(row).log.slice(offset, offset + length);
    },
    close: () => database.close(),
  };
}
