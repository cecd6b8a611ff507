/**
 * The vocabulary of lists: each `*.list` operation states what it can be filtered, searched and
 * sorted by, and its input schema follows from that.
 */
import { z } from 'zod';
import { keysOf } from '../closed-table.ts';
import { LABEL_REQUIREMENTS_MAX, parseLabelSelector } from '../formats/label-selector.ts';
import { Moment } from '../formats/read-moment.ts';
import { page, pageShape, totalShape } from './operation-shapes.ts';

/** Counting stops here: beyond it a count would read too much of the store. */
export const LIST_TOTAL_MAX = 10_000;

/** Values of one filter: each is one more place of an index to look at. */
const FILTER_VALUES_MAX = 20;
const SEARCH_LENGTH_MAX = 64;
const SELECTOR_LENGTH_MAX = 1_024;

/** Filters and sort fields of a list. */
export interface Listing {
  /** Fields of the input that filter by equality, with their schemas. */
  readonly filters: z.ZodRawShape;
  /** Fields to sort by; the first one, with its direction, is the default: `-at`. */
  readonly sort: readonly [string, ...string[]];
  /** Fields of an item in which `search` looks for its text; empty: the list has no search. */
  readonly search: readonly string[];
  /** The field of an item that `since` and `until` compare. */
  readonly time?: string;
  /** `metadata`: items have labels, which `labels` selects by. */
  readonly labels?: 'metadata';
  /** `key`: a cursor is the id of the last item as clients chose it, with any characters. */
  readonly cursor?: 'key';
}

/** A listing whose filters have types of their own. */
type ListingOf<Filters extends z.ZodRawShape> = Omit<Listing, 'filters'> & {
  readonly filters: Filters;
};

/** A filter that takes one value or several, of which a resource must have one. */
export function oneOf<Value extends z.ZodType>(value: Value, description: string) {
  return z.array(value).min(1).max(FILTER_VALUES_MAX).optional().describe(description);
}

/** A filter by a name, which is any text. */
export function oneOfTexts(description: string) {
  return oneOf(z.string().min(1).max(128), description);
}

/** A label selector. */
export const Selector = z
  .string()
  .max(SELECTOR_LENGTH_MAX, { abort: true })
  .refine((text) => parseLabelSelector(text) !== undefined, {
    error:
      'must be a label selector of name=value, name!=value, name in (a,b), name notin (a,b), ' +
      `name or !name, separated by commas, at most ${LABEL_REQUIREMENTS_MAX}`,
  });

/** Turns a sort into its field and its direction. */
export function readSort(sort: string): {
  readonly field: string;
  readonly direction: 'asc' | 'desc';
} {
  return sort.startsWith('-')
    ? { field: sort.slice(1), direction: 'desc' }
    : { field: sort, direction: 'asc' };
}

/** The input fields of a list: its filters, and what follows from its description. */
export function listShape<Filters extends z.ZodRawShape>(
  item: z.ZodObject,
  listing: ListingOf<Filters>,
) {
  const { filters, search, time = 'time', labels } = listing;
  const sorts = listing.sort.map((sort) => readSort(sort).field);
  const shape = {
    ...pageShape,
    ...filters,
    sort: z
      .enum(sorts.flatMap((field) => [field, `-${field}`]))
      .optional()
      .describe(`Field to sort by; a minus sign reverses it. Default: ${listing.sort[0]}`),
    search: z
      .string()
      .min(1)
      .max(SEARCH_LENGTH_MAX)
      .optional()
      .describe(`Only items with this text, in any case of letters, in ${search.join(' or ')}`),
    labels: Selector.optional().describe(
      'Label selector: name=value, name!=value, name in (a,b), name notin (a,b), name, !name, ' +
        'separated by commas',
    ),
    since: Moment.optional().describe(
      `Only items whose ${time} is not before this: RFC 3339, or a duration before now: 24h`,
    ),
    until: Moment.optional().describe(
      `Only items whose ${time} is before this: RFC 3339, or a duration before now`,
    ),
    fields: z
      .array(z.enum(keysOf(item.shape)))
      .min(1)
      .optional()
      .describe('Only these fields of each item, and its id. Default: all'),
    count: z.boolean().optional().describe(`Adds total, which is exact up to ${LIST_TOTAL_MAX}`),
  };
  // A list without search, labels or times refuses them, as it does unknown fields.
  if (search.length === 0) Reflect.deleteProperty(shape, 'search');
  if (labels === undefined) Reflect.deleteProperty(shape, 'labels');
  if (listing.time === undefined) {
    Reflect.deleteProperty(shape, 'since');
    Reflect.deleteProperty(shape, 'until');
  }
  return shape;
}

/** The input fields of a list that one answer contains: without those of pages. */
export function wholeListShape<Filters extends z.ZodRawShape>(
  item: z.ZodObject,
  listing: ListingOf<Filters>,
) {
  const { limit: _limit, cursor: _cursor, ...shape } = listShape(item, listing);
  return shape;
}

/** The parts of a row of the operations table that lists few items, all in one answer. */
export function wholeList<Item extends z.ZodObject, Filters extends z.ZodRawShape>(
  item: Item,
  listing: ListingOf<Filters>,
) {
  const described: Listing = listing;
  return {
    input: z.strictObject(wholeListShape(item, listing)),
    output: z.looseObject({ items: z.array(item), ...totalShape }),
    listing: described,
  };
}

/** The parts of a row of the operations table that lists items. */
export function list<Item extends z.ZodObject, Filters extends z.ZodRawShape>(
  item: Item,
  listing: ListingOf<Filters>,
) {
  const described: Listing = listing;
  return {
    input: z.strictObject(listShape(item, listing)),
    output: page(item),
    listing: described,
  };
}
