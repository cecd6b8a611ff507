/** Runs a list of the operations table: reads its items, filters, sorts and shows them. */
import { type OperationName, operationRow } from '@novacron/contract/operations-table/operations';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import type { TableCommand } from '../arguments/command-table.ts';
import {
  checkPaths,
  type ItemFilter,
  type ListView,
  parseSort,
  readListView,
  type SortKey,
} from '../arguments/list-options.ts';
import { inOrder } from '../arguments/list-order.ts';
import { pluralOf } from '../arguments/plural-of.ts';
import { listAll } from '../client/list-all.ts';
import type { Session } from '../client/session.ts';
import { type Failure, usageFailure } from '../failures/failure.ts';
import { ageFieldOf, hasColumns, headersOf } from '../output/columns.ts';
import type { Fields } from '../output/fields.ts';
import type { Document } from '../output/render-output.ts';
import type { TableChoice } from '../output/render-table.ts';
import { hasValue, sortItems } from '../output/select-items.ts';
import { addIncidents } from './add-incidents.ts';
import { checkFilterNames } from './check-filter-names.ts';
import { warnOfWords } from './warn-of-words.ts';

/** Validated request for a list. */
export interface ListQuery {
  readonly operation: OperationName;
  /** The noun of its columns. */
  readonly noun: string;
  readonly words: string;
  readonly view: ListView;
  /** Input sent to the server. */
  readonly input: Fields;
  /** Keys to sort by here because the server cannot. */
  readonly sort: readonly SortKey[];
  readonly itemsMax: number | undefined;
}

/** Reads what a list is asked for. Failures: wrong usage, such as a field that no item has. */
export function readListQuery(
  command: TableCommand,
  request: { readonly input: Fields; readonly options: Fields },
): Result<ListQuery, Failure> {
  const { operation, noun } = command;
  const view = readListView(request.options);
  const { sort: sortText, ...input } = {
    ...request.input,
    ...(typeof request.options.sort === 'string' ? { sort: request.options.sort } : {}),
  };
  const isServers = typeof sortText === 'string' && sortsOf(operation).includes(sortText);
  const isOwn = hasColumns(operation) || request.input.fields !== undefined;
  const age = ageFieldOf(isOwn ? operation : noun);
  const sort =
    typeof sortText === 'string' && !isServers
      ? parseSort(sortText).map((key) => byMoment(key, age))
      : [];
  const query: ListQuery = {
    operation,
    noun: isOwn ? operation : noun,
    words: pluralOf(noun, operation),
    view,
    input: inOrder(command.flags, isServers ? { ...input, sort: sortText } : input),
    sort,
    itemsMax: typeof request.options.limit === 'number' ? request.options.limit : undefined,
  };
  const checked = checkQuery(query);
  return checked.ok ? ok(query) : checked;
}

/** The youngest is the one with the latest moment: `age` sorts by that, the other way round. */
function byMoment(key: SortKey, moment: string | undefined): SortKey {
  if (key.path.toLowerCase() !== 'age' || moment === undefined) return key;
  return { path: moment, direction: key.direction === 'asc' ? 'desc' : 'asc' };
}

function checkQuery({ operation, noun, view, sort, input }: ListQuery): Result<void, Failure> {
  const fields = fieldsOf(operation);
  const columns = (view.columns ?? []).filter(
    (name) => !headersOf(noun).includes(name.toUpperCase()),
  );
  const filtered = view.filters.map(({ path }) => path);
  const sorted = sort.map(({ path }) => path);
  for (const [flag, paths] of [
    ['filter', filtered],
    ['sort', sorted],
    ['columns', columns],
  ] as const) {
    const checked = checkPaths(flag, paths, fields);
    if (!checked.ok) return checked;
    const left = paths.find((path) => isLeftOut(path, input.fields));
    if (left !== undefined) {
      return err(usageFailure(`--${flag} ${left} needs ${left.split('.')[0]} among --fields`));
    }
  }
  return ok(undefined);
}

/** Whether a request of some fields does not have the one that a path begins with. */
function isLeftOut(path: string, asked: unknown): boolean {
  return Array.isArray(asked) && !['id', ...asked].includes(path.split('.')[0]);
}

/** The sorts that the server knows. */
function sortsOf(operation: OperationName): readonly string[] {
  const { shape } = operationRow(operation).input;
  const sort: unknown = Object.entries(shape).find(([name]) => name === 'sort')?.[1];
  const inner = sort instanceof z.ZodOptional ? sort.unwrap() : sort;
  return inner instanceof z.ZodEnum ? inner.options.map(String) : [];
}

/** The fields of a list's items; undefined where its schema does not say. */
function fieldsOf(operation: OperationName): readonly string[] | undefined {
  const { output } = operationRow(operation);
  if (!(output instanceof z.ZodObject)) return undefined;
  const items: unknown = output.shape.items;
  const element = items instanceof z.ZodArray ? items.element : undefined;
  return element instanceof z.ZodObject ? Object.keys(element.shape) : undefined;
}

/** Lists the items of a query. Failures: problems of the server. */
export async function listItems(
  session: Session,
  query: ListQuery,
): Promise<Result<readonly Fields[], Failure>> {
  const { operation, input, view, sort, itemsMax } = query;
  // A limit counts what is shown: all items are read where some of them may be left out.
  const isChosen = view.filters.length > 0 || sort.length > 0;
  const items = await listAll(session, {
    operation,
    input,
    ...(itemsMax === undefined || isChosen ? {} : { itemsMax }),
  });
  if (!items.ok) return items;
  const kept = items.value.filter((item) => isSelected(item, view.filters));
  const sorted = sort.length === 0 ? kept : sortItems(kept, sort);
  return ok(sorted.slice(0, itemsMax));
}

/** Whether an item meets all conditions. */
export function isSelected(item: Fields, filters: readonly ItemFilter[]): boolean {
  return filters.every(
    ({ path, operator, value }) => hasValue(item, path, value) === (operator === '='),
  );
}

/** Runs a list. Failures: wrong usage; problems of the server. */
export async function list(
  session: Session,
  command: TableCommand,
  request: { readonly input: Fields; readonly options: Fields },
): Promise<Result<Document, Failure>> {
  const query = readListQuery(command, request);
  if (!query.ok) return query;
  const items = await listItems(session, query.value);
  if (!items.ok) return items;
  if (items.value.length === 0) {
    const unknown = await checkFilterNames(session, command, query.value.input);
    if (unknown !== undefined) return err(unknown);
    await warnOfWords(session, command, query.value.input);
  }
  const value = await addIncidents(session, command, items.value);
  return ok(documentOf(query.value, value));
}

function documentOf(query: ListQuery, value: readonly Fields[]): Document {
  const { noun, words, view } = query;
  return { kind: 'list', noun, value, words, choice: choiceOf(view) };
}

/** Returns the headers and columns of a list view. */
export function choiceOf({ headers, columns }: ListView): TableChoice {
  return { headers, ...(columns === undefined ? {} : { columns }) };
}
