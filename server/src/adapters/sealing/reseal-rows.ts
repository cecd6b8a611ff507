/**
 * Reseals rows in batches: plain values, and those that an earlier key has sealed. A commit
 * holds the rows and how far it got: a server that is killed in between leaves nothing undone.
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ResealRound } from '../../ports/sealing.ts';
import type { Change, Store } from '../../ports/store.ts';
import type { Tables } from '../../ports/tables/tables.ts';
import { sealCanary } from './canary.ts';
import { isSealed, type KeyRing, keyIdOf } from './key-ring.ts';
import { latestKey, outrun } from './register-key.ts';
import { type SealedTable, sealedColumnsOf, sealedTables } from './sealed-columns.ts';

/** Some milliseconds of work, and a short commit. */
const ROWS_PER_ROUND_MAX = 200;

/** Dependencies of a round. */
export interface ResealParts {
  /** The store as it is on the disk. */
  readonly store: Store;
  readonly ring: KeyRing;
  /** Committed with everything. */
  readonly guard: Change;
}

type Progress = Tables['sealing_progress'];
type Row = Readonly<Record<string, unknown>>;

/** Does one round. */
export async function resealRows(parts: ResealParts): Promise<Result<ResealRound, Problem>> {
  const { store, ring } = parts;
  const { keys, progress } = await store.snapshot({
    keys: { from: 'sealing_keys' },
    progress: { from: 'sealing_progress' },
  });
  const latest = latestKey(keys);
  if (latest === undefined || latest.id !== ring.current()) return err(outrun());
  const table = nextTable(latest.id, progress);
  if (table === undefined) return finish(parts, keys, latest);
  const known = progress.find(({ id }) => id === table);
  const before: Progress =
    known?.key_id === latest.id
      ? known
      : { id: table, key_id: latest.id, after_id: '', rows_sealed: 0, is_done: 0 };
  return resealTable(parts, table, before);
}

/** Tables in which there may be rows that are not sealed with a key. */
export function tablesLeft(keyId: string, progress: readonly Progress[]): readonly SealedTable[] {
  const done = progress.filter(({ key_id, is_done }) => key_id === keyId && is_done === 1);
  return sealedTables().filter((table) => !done.some(({ id }) => id === table));
}

function nextTable(keyId: string, progress: readonly Progress[]): SealedTable | undefined {
  return tablesLeft(keyId, progress)[0];
}

async function resealTable(
  { store, ring, guard }: ResealParts,
  table: SealedTable,
  before: Progress,
): Promise<Result<ResealRound, Problem>> {
  const where = { id: { above: before.after_id } };
  const rows = await store.read<SealedTable>({ from: table, where, limit: ROWS_PER_ROUND_MAX });
  const works = rows.map((row) => resealRow(ring, table, row.id, { ...row }));
  const changes = works.flatMap(({ change }) => (change === undefined ? [] : [change]));
  const isLast = rows.length < ROWS_PER_ROUND_MAX;
  const after: Progress = {
    ...before,
    after_id: rows.at(-1)?.id ?? before.after_id,
    rows_sealed: before.rows_sealed + changes.length,
    is_done: isLast ? 1 : 0,
  };
  const done = await store.commit([
    guard,
    { kind: 'put', into: 'sealing_progress', row: after },
    ...changes,
  ]);
  if (!done.ok) return done;
  const damaged = works.flatMap(({ damaged: id }) => (id === undefined ? [] : [id]));
  return ok({ kind: 'more', table, rows: changes.length, damaged });
}

interface RowWork {
  readonly change?: Change;
  readonly damaged?: string;
}

function resealRow(ring: KeyRing, table: SealedTable, id: string, row: Row): RowWork {
  const values = sealedColumnsOf(table)
    .filter((column) => row[column] !== null)
    .map((column) => ({ column, value: String(row[column]) }));
  const old = values.filter(({ value }) => keyIdOf(value) !== ring.current());
  if (old.length === 0) return {};
  const set: Record<string, string> = {};
  const expected: Record<string, string> = {};
  for (const { column, value } of old) {
    const place = { table, column, id };
    const text = isSealed(value)
      ? ring.open(place, value)
      : ({ kind: 'text', text: value } as const);
    if (text.kind !== 'text') return { damaged: id };
    set[column] = ring.seal(place, text.text);
    expected[column] = value;
  }
  const change = {
    kind: 'update',
    table,
    id,
    set,
    expect: expected,
    otherwise: changedMeanwhile(),
  };
  // The columns are those of the table: `SEALED_COLUMNS` is checked against it.
  return { change: change as Change };
}

/** Everything is sealed with the latest key: the others are not needed, and plain is refused. */
async function finish(
  { store, ring, guard }: ResealParts,
  keys: readonly Tables['sealing_keys'][],
  latest: Tables['sealing_keys'],
): Promise<Result<ResealRound, Problem>> {
  const round = { kind: 'done', table: '', rows: 0, damaged: [] } as const;
  const earlier = keys.filter(({ id }) => id !== latest.id);
  const done = await store.commit([
    guard,
    {
      kind: 'require-none',
      of: 'sealing_keys',
      where: { version: { above: latest.version } },
      otherwise: outrun(),
    },
    {
      kind: 'update',
      table: 'sealing_keys',
      id: latest.id,
      set: { canary_sealed: sealCanary(ring, 'sealed') },
      otherwise: outrun(),
    },
    ...earlier.map(({ id }): Change => ({ kind: 'drop', from: 'sealing_keys', id })),
  ]);
  return done.ok ? ok(round) : done;
}

function changedMeanwhile(): Problem {
  return problem('conflict', {
    detail: 'A row was changed while it was re-encrypted.',
    remedy: 'No action is required: the round is repeated.',
  });
}
