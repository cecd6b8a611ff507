/**
 * A store whose sealed columns are sealed on the way in and opened on the way out. No layer above
 * knows: rows and guards are plain, and what is on the disk, in backups and in dumps is not.
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { assert } from '@novacron/contract/result';
import type { AnyQuery, Change, Store } from '../../ports/store.ts';
import { isSealed, type KeyRing, type SealedPlace } from './key-ring.ts';
import { createOpenedValues, type OpenedValues } from './opened-values.ts';
import { isRemembered, sealedColumnsOf } from './sealed-columns.ts';

type Row = Readonly<Record<string, unknown>>;

/** The key ring, and whether there may still be values that are not sealed. */
export interface Seals {
  readonly ring: KeyRing;
  /**
   * `sealed`: the store holds no plain value any more, so another program wrote such a value,
   * and it is not trusted.
   */
  readonly rows: () => 'mixed' | 'sealed';
}

/** Query attributes that determine how its rows are opened. */
interface Asked {
  readonly from: string;
  readonly damaged?: AnyQuery['damaged'];
}

/** Dependencies of opening values. */
interface Opener extends Seals {
  readonly opened: OpenedValues;
  readonly damaged: NonNullable<AnyQuery['damaged']>;
  /**
   * The keys of the store, once a value named one that this server lacks: a value that names none
   * of them is damaged.
   */
  readonly registered: ReadonlySet<string> | undefined;
}

/** A value names a key that this server does not have. */
class MissingKey extends Error {
  readonly problem: Problem;

  constructor(place: SealedPlace, keyId: string) {
    const found = unknownKeyProblem(place, keyId);
    super(found.detail);
    this.problem = found;
  }
}

/** Seals a store. */
export function sealStore(store: Store, seals: Seals): Store {
  const opened = createOpenedValues();
  async function openAll<R extends object>(
    { from, damaged = 'refuse' }: Asked,
    rows: readonly R[],
  ): Promise<readonly R[]> {
    const parts = { ...seals, opened, damaged, registered: undefined };
    try {
      return openRows(from, rows, parts);
    } catch (cause) {
      if (!(cause instanceof MissingKey)) throw cause;
      // Another server may have registered a key that this one lacks.
      const keys = await store.read({ from: 'sealing_keys' });
      return openRows(from, rows, { ...parts, registered: new Set(keys.map(({ id }) => id)) });
    }
  }
  return {
    read: async (query) => {
      requirePlain(query.from, query.where, query.orderBy?.column);
      const rows = await store.read(query);
      return isPlain(query.from) ? rows : openAll(query, rows);
    },
    snapshot: async (queries) => {
      for (const { from, where, orderBy } of Object.values(queries)) {
        requirePlain(from, where, orderBy?.column);
      }
      const found = await store.snapshot(queries);
      if (Object.values(queries).every(({ from }) => isPlain(from))) return found;
      const entries: [string, readonly object[]][] = [];
      for (const [name, rows] of Object.entries<readonly object[]>(found)) {
        entries.push([name, await openAll(queries[name] ?? { from: '' }, rows)]);
      }
      // The same names with rows of the same tables, which a loop cannot be typed to.
      return Object.fromEntries(entries) as typeof found;
    },
    count: (query) => {
      requirePlain(query.from, query.where, query.orderBy?.column);
      return store.count(query);
    },
    tally: (tally) => {
      const grouped = Object.fromEntries([...tally.by, ...(tally.sum ?? [])].map((on) => [on, 0]));
      requirePlain(tally.from, { ...tally.where, ...grouped }, undefined);
      return store.tally(tally);
    },
    commit: async (changes) => store.commit(changes.map((change) => sealChange(change, seals))),
    ...(store.measure === undefined ? {} : { measure: store.measure }),
    close: store.close,
  };
}

function openRows<R extends object>(
  table: string,
  rows: readonly R[],
  parts: Opener,
): readonly R[] {
  const columns = sealedColumnsOf(table);
  return columns.length === 0 ? rows : rows.map((row) => openRow(table, columns, row, parts));
}

function openRow<R extends object>(
  table: string,
  columns: readonly string[],
  row: R,
  parts: Opener,
): R {
  // Copied once and then written to: thousands of rows come at once.
  const copy = { ...row };
  const id = String(Reflect.get(copy, 'id'));
  for (const column of columns) {
    const value: unknown = Reflect.get(copy, column);
    if (value === null) continue;
    Reflect.set(copy, column, openValue({ table, column, id }, String(value), parts));
  }
  return copy;
}

function openValue(
  place: SealedPlace,
  value: string,
  { ring, rows, opened, damaged, registered }: Opener,
): string {
  if (!isSealed(value)) {
    if (rows() === 'sealed') return blankOr(damaged, () => plainProblem(place));
    return value;
  }
  const isKept = isRemembered(place.table);
  const known = isKept ? opened.find(place, value) : undefined;
  if (known !== undefined) return known;
  const found = ring.open(place, value);
  if (found.kind === 'unknown-key' && registered?.has(found.keyId) !== false) {
    throw new MissingKey(place, found.keyId);
  }
  if (found.kind !== 'text') return blankOr(damaged, () => damagedProblem(place));
  if (isKept) opened.keep(place, value, found.text);
  return found.text;
}

function blankOr(damaged: Opener['damaged'], describe: () => Problem): string {
  if (damaged === 'blank') return '';
  throw readError(describe());
}

function sealChange(change: Change, { ring }: Seals): Change {
  switch (change.kind) {
    case 'insert':
    case 'put':
      if (isPlain(change.into)) return change;
      return withRow(change, sealRow(change.into, change.row.id, change.row, ring));
    case 'update':
      if (isPlain(change.table)) return change;
      requirePlain(change.table, change.expect, undefined);
      return withSet(change, sealRow(change.table, change.id, change.set, ring));
    case 'patch':
      if (isPlain(change.table)) return change;
      return withSet(change, sealRow(change.table, change.id, change.set, ring));
    case 'delete':
      requirePlain(change.from, change.expect, undefined);
      return change;
    case 'add':
      requirePlain(change.table, change.expect, undefined);
      return change;
    case 'require-none':
      requirePlain(change.of, change.where, undefined);
      return change;
    default:
      return change;
  }
}

function withRow(change: Extract<Change, { kind: 'insert' | 'put' }>, row: Row): Change {
  // Sealing keeps the columns of a row and their types; a spread loses the union.
  return { ...change, row } as unknown as Change;
}

function withSet(change: Extract<Change, { kind: 'update' | 'patch' }>, set: Row): Change {
  // As above: the columns and their types are those of the change.
  return { ...change, set } as unknown as Change;
}

function sealRow(table: string, id: string, row: object, ring: KeyRing): Row {
  const values: Row = { ...row };
  const present = sealedColumnsOf(table).filter(
    (column) => values[column] !== undefined && values[column] !== null,
  );
  if (present.length === 0) return values;
  const sealed = present.map((column) => [
    column,
    ring.seal({ table, column, id }, String(values[column])),
  ]);
  return { ...values, ...Object.fromEntries(sealed) };
}

/** Whether all that a table holds is written as it is: most do, and cost nothing here. */
function isPlain(table: string): boolean {
  return sealedColumnsOf(table).length === 0;
}

/** The same text is sealed differently every time, so nothing can be found by it. */
function requirePlain(table: string, where: object | undefined, orderBy: string | undefined): void {
  if (isPlain(table)) return;
  const asked = [...Object.keys(where ?? {}), ...(orderBy === undefined ? [] : [orderBy])];
  const sealed = sealedColumnsOf(table).filter((column) => asked.includes(column));
  assert(sealed.length === 0, `${table}.${sealed.join()} is sealed and cannot be searched`);
}

/** A read rejects with an error whose `problem` is the answer, as where a database is away. */
function readError(found: Problem): Error {
  return Object.assign(new Error(found.detail), { problem: found });
}

function unknownKeyProblem({ table, id }: SealedPlace, keyId: string): Problem {
  return problem('unavailable', {
    detail: `${id} in ${table} is encrypted with the key ${keyId}, which this server lacks.`,
    remedy:
      'An operator must configure this server with the sealing keys of the other servers ' +
      'of this store, and restart it.',
    data: { reason: 'sealing-key-unknown' },
  });
}

const RESTORE =
  'An operator must restore it from a backup, and find out who can write to the store.';

function damagedProblem({ table, column, id }: SealedPlace): Problem {
  return problem('unavailable', {
    detail:
      `${column} of ${id} in ${table} cannot be decrypted: it was modified or copied from ` +
      'another row.',
    remedy: RESTORE,
    data: { reason: 'sealed-value-damaged' },
  });
}

function plainProblem({ table, column, id }: SealedPlace): Problem {
  return problem('unavailable', {
    detail:
      `${column} of ${id} in ${table} is not encrypted, ` +
      'but every value of this store must be.',
    remedy: RESTORE,
    data: { reason: 'sealed-value-plain' },
  });
}
