/**
 * Narrows, sorts and pages items that are all in memory: short lists, and those whose fields are
 * sealed in the store.
 */
import {
  type LabelRequirement,
  parseLabelSelector,
} from '@novacron/contract/formats/label-selector';
import { readMoment } from '@novacron/contract/formats/read-moment';
import { isRecord } from '@novacron/contract/json';
import { type Listing, readSort } from '@novacron/contract/operation/listing';
import { listFingerprint, readListCursor } from '@novacron/contract/operations-table/list-cursor';
import { type OperationName, operationRow } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { assert, err, ok, type Result } from '@novacron/contract/result';
import type { Page } from '../../rows/page.ts';
import { badCursor, cursorOf, readCursorValue } from './cursor.ts';
import { type ListInput, ORDERED_AS_IDS } from './read-list.ts';

/** A request for a list. */
interface ListRequest {
  readonly operation: OperationName;
  readonly input: Partial<ListInput>;
  readonly nowMs: number;
}

/** Items of a list, in the requested order. */
interface Narrowed<Item> {
  readonly found: readonly Item[];
  /** The field that the order is of, and 1 where it ascends, else -1. */
  readonly field: string;
  readonly sign: number;
}

/** A list that one answer contains. */
export interface WholeList<Item> {
  readonly items: Item[];
  readonly total?: number;
  readonly total_is_exact?: boolean;
}

/** Lists items in memory, all in one answer: `all` that the caller may see, in any order. */
export function listWhole<Item extends { readonly id: string }>(
  request: ListRequest,
  all: readonly Item[],
): WholeList<Item> {
  const { found } = narrowItems(request, all);
  return { items: [...found], ...totalOf(request, found) };
}

/** Lists a page of items in memory: `all` that the caller may see, in any order. */
export function listItems<Item extends { readonly id: string }>(
  request: ListRequest & { readonly input: ListInput },
  all: readonly Item[],
): Result<Page<Item>, Problem> {
  const { operation, input } = request;
  const { found, field, sign } = narrowItems(request, all);
  const after = readPlace(input.cursor, field, all);
  if (!after.ok) return after;
  const { value: place } = after;
  const behind =
    place === undefined
      ? found
      : found.filter((item) => sign * comparePlaces(placeOf(item, field), place) > 0);
  const items = behind.slice(0, input.limit);
  const last = items.at(-1);
  const total = totalOf(request, found);
  if (last === undefined || behind.length <= input.limit) {
    return ok({ items, next_cursor: null, ...total });
  }
  const fingerprint = listFingerprint(operationRow(operation), { ...input });
  const { value } = placeOf(last, field);
  return ok({ items, next_cursor: cursorOf({ id: last.id, fingerprint, value }), ...total });
}

function totalOf({ input }: ListRequest, found: readonly unknown[]) {
  return input.count === true ? { total: found.length, total_is_exact: true } : {};
}

function narrowItems<Item extends { readonly id: string }>(
  { operation, input, nowMs }: ListRequest,
  all: readonly Item[],
): Narrowed<Item> {
  const { listing } = operationRow(operation);
  assert(listing !== undefined, `${operation} describes its filters`);
  const { field: sorted, direction } = readSort(input.sort ?? listing.sort[0]);
  const field = ORDERED_AS_IDS.has(sorted) ? 'id' : sorted;
  const sign = direction === 'asc' ? 1 : -1;
  const matches = toTest(listing, input, nowMs);
  const found = all
    .filter((item) => matches(item))
    .toSorted((left, right) => sign * comparePlaces(placeOf(left, field), placeOf(right, field)));
  return { found, field, sign };
}

function placeOf(item: { readonly id: string }, field: string): Place {
  return { value: field === 'id' ? item.id : textOf(item, field), id: item.id };
}

interface Place {
  readonly value: string;
  readonly id: string;
}

function comparePlaces(left: Place, right: Place): number {
  if (left.value !== right.value) return left.value < right.value ? -1 : 1;
  return left.id === right.id ? 0 : left.id < right.id ? -1 : 1;
}

/** The place of a cursor; one that is an id alone is at the value of its item. */
function readPlace(
  cursor: string | undefined,
  field: string,
  all: readonly { readonly id: string }[],
): Result<Place | undefined, Problem> {
  if (cursor === undefined) return ok(undefined);
  const { id, value } = readListCursor(cursor);
  if (value === undefined) {
    const item = all.find((each) => each.id === id);
    return ok({ id, value: field === 'id' || item === undefined ? id : textOf(item, field) });
  }
  const read = readCursorValue(value, 'string');
  return read === undefined ? err(badCursor()) : ok({ id, value: String(read) });
}

/** Moments in answers all have the same form, whose order as texts is that of time. */
function textOf(item: object, field: string): string {
  const value: unknown = Reflect.get(item, field);
  return value === null || value === undefined ? '' : String(value);
}

function toTest(
  listing: Listing,
  input: Partial<ListInput>,
  nowMs: number,
): (item: object) => boolean {
  const said = new Map<string, unknown>(Object.entries(input));
  const { search, time, filters } = listing;
  const text = input.search?.toLowerCase();
  const requirements = input.labels === undefined ? [] : (parseLabelSelector(input.labels) ?? []);
  const sinceMs = input.since === undefined ? undefined : readMoment(input.since, nowMs);
  const untilMs = input.until === undefined ? undefined : readMoment(input.until, nowMs);
  return (item) => {
    const atMs = time === undefined ? Number.NaN : Date.parse(textOf(item, time));
    return (
      Object.keys(filters).every((field) => isWanted(said.get(field), Reflect.get(item, field))) &&
      (text === undefined ||
        search.some((field) => textOf(item, field).toLowerCase().includes(text))) &&
      requirements.every((requirement) => meets(requirement, Reflect.get(item, 'metadata'))) &&
      (sinceMs === undefined || atMs >= sinceMs) &&
      (untilMs === undefined || atMs < untilMs)
    );
  };
}

function isWanted(filter: unknown, value: unknown): boolean {
  if (filter === undefined) return true;
  return Array.isArray(filter) ? filter.includes(value) : filter === value;
}

/** Whether labels meet a requirement of a selector. */
export function meets({ name, operator, values }: LabelRequirement, labels: unknown): boolean {
  const value = isRecord(labels) && Object.hasOwn(labels, name) ? labels[name] : undefined;
  switch (operator) {
    case 'exists':
      return value !== undefined;
    case 'absent':
      return value === undefined;
    case 'in':
      return value !== undefined && values.includes(String(value));
    case 'not-in':
      return value === undefined || !values.includes(String(value));
  }
}
