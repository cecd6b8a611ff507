/** Change of the port -> its shape and its values, as `compile-change.ts` orders them. */
import { keysOf } from '@novacron/contract/closed-table';
import { assertNever } from '@novacron/contract/result';
import type { Change } from '../../../ports/store.ts';
import { shapeWhere } from './compile-where.ts';
import { type SqlValue, toSqlValue } from './kysely-tables.ts';
import type { ShapedStatement } from './statement-cache.ts';

/** Takes a change apart. */
export function shapeChange(change: Change): ShapedStatement {
  const parameters: SqlValue[] = [];
  const shape = shapeAny(change, parameters);
  return { shape, parameters };
}

function shapeAny(change: Change, values: SqlValue[]): string | undefined {
  switch (change.kind) {
    case 'insert':
      return shapeInsert(change, values);
    case 'put':
      return `put ${change.into}${shapeRow(change.row, values)}`;
    case 'patch':
      return shapePatch(change, values);
    case 'update':
      return shapeUpdate(change, values);
    case 'delete':
      values.push(change.id);
      return join(`delete ${change.from}`, shapeWhere(change.expect, values));
    case 'drop':
      values.push(change.id);
      return `delete ${change.from}`;
    case 'require-none':
      return join(`find ${change.of}`, shapeWhere(change.where, values));
    case 'add':
      return shapeAdd(change, values);
    case 'move-rule':
      // Rare, and without a shape of its own: from 0 it is an insert.
      return undefined;
    default:
      return assertNever(change);
  }
}

function shapePatch(
  { table, id, set }: Extract<Change, { readonly kind: 'patch' }>,
  values: SqlValue[],
): string {
  const shape = `update ${table}${shapeRow(set, values)}`;
  values.push(id);
  return shape;
}

type Update = Extract<Change, { readonly kind: 'update' }>;

/** The last shape of a look at each table that expects one value: each step begins with such. */
const lastLooks = new Map<string, { readonly column: string; readonly shape: string }>();

function shapeUpdate({ table, id, set, expect = {} }: Update, values: SqlValue[]) {
  const [column, ...more] = keysOf(expect);
  const value: unknown = column === undefined ? undefined : expect[column];
  const isPlain = typeof value === 'string' || typeof value === 'number';
  if (column === undefined || more.length > 0 || !isPlain || Object.keys(set).length > 0) {
    const shape = `update ${table}${shapeRow(set, values)}`;
    values.push(id);
    return join(shape, shapeWhere(expect, values));
  }
  values.push(id, toSqlValue(value, column));
  const last = lastLooks.get(table);
  if (last?.column === column) return last.shape;
  const shape = `update ${table} where&${column}=`;
  lastLooks.set(table, { column, shape });
  return shape;
}

/** The last shape of an insert into each table: rows of a table mostly have the same columns. */
const lastInserts = new Map<
  string,
  { readonly columns: readonly string[]; readonly shape: string }
>();

/** The same text every time, as making and hashing a new one takes longer than comparing names. */
function shapeInsert(
  { into, row }: { readonly into: string; readonly row: object },
  values: SqlValue[],
) {
  const columns = keysOf(row);
  for (const column of columns) values.push(toSqlValue(row[column], column));
  const last = lastInserts.get(into);
  if (
    last?.columns.length === columns.length &&
    columns.every((column, at) => column === last.columns[at])
  ) {
    return last.shape;
  }
  const shape = `insert ${into} ${columns.join(' ')}`;
  lastInserts.set(into, { columns, shape });
  return shape;
}

function join(left: string, right: string | undefined): string | undefined {
  return right === undefined ? undefined : `${left} where${right}`;
}

function shapeRow(row: object, values: SqlValue[]): string {
  let shape = '';
  for (const column of keysOf(row)) {
    values.push(toSqlValue(row[column], column));
    shape += ` ${column}`;
  }
  return shape;
}

function shapeAdd(
  { table, id, by, expect }: Extract<Change, { readonly kind: 'add' }>,
  values: SqlValue[],
): string | undefined {
  let shape = `add ${table}`;
  for (const { column, amount } of by) values.push(toSqlValue(amount, column));
  values.push(id);
  for (const { column, amount, limit } of by) {
    values.push(amount, 0);
    if (limit !== undefined) values.push(amount);
    shape += ` ${column}<${limit ?? ''}`;
  }
  return join(shape, shapeWhere(expect, values));
}
