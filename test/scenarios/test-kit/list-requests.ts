/** Requests for every list by each parameter that its description has. */
import { readSort } from '@novacron/contract/operation/listing';
import { type OperationName, operationRow } from '@novacron/contract/operations-table/operations';
import { sampleOf } from '../../../server/src/transports/test-kit/sample-values.ts';

/** One list by one parameter. */
export interface ListRequest {
  readonly name: OperationName;
  /** `plain` has no parameter: what the others are compared with. */
  readonly by: 'plain' | 'filter' | 'sort' | 'search' | 'labels' | 'since' | 'count';
  readonly field: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Label selectors: of a label that many have, that few have, and of one that is not there. */
const SELECTORS = ['tier=web', 'tier!=web', 'tier in (web,db),env', '!tier'];

/** Filters in memory of lists that the store narrows by the others. */
export const FILTERED_IN_MEMORY: readonly string[] = [
  'policy.list type',
  'policy.list enforcement_mode',
  'policy.list enabled',
  'enrollment.list status',
];

/** No name contains it: all that could match is read. */
const RARE_TEXT = 'zzz';

/**
 * Makes the requests of a list, the plain one first; none where it has no description.
 * @param known - values of filters, where any other one would be refused or find nothing
 */
export function listRequests(
  name: OperationName,
  known: Readonly<Record<string, unknown>>,
): readonly ListRequest[] {
  const { listing, input } = operationRow(name);
  if (listing === undefined) return [];
  const required = Object(sampleOf(input, 'required'));
  const make = (by: ListRequest['by'], field: string, more: object): ListRequest => ({
    name,
    by,
    field,
    input: { ...required, ...more },
  });
  const takes = (field: string) => Object.hasOwn(input.shape, field);
  const sampleFor = (field: string) => known[field] ?? sampleOf(listing.filters[field]);
  const sorts = takes('sort') ? listing.sort.map((sort) => readSort(sort).field) : [];
  return [
    make('plain', '', {}),
    ...Object.keys(listing.filters).map((field) =>
      make('filter', field, { [field]: sampleFor(field) }),
    ),
    ...sorts.flatMap((field) => [
      make('sort', field, { sort: field }),
      make('sort', `-${field}`, { sort: `-${field}` }),
    ]),
    ...(takes('search') ? [make('search', '', { search: RARE_TEXT })] : []),
    ...(takes('labels') ? SELECTORS.map((labels) => make('labels', labels, { labels })) : []),
    ...(takes('since') ? [make('since', '', { since: '1h' })] : []),
    ...(takes('count') ? [make('count', '', { count: true })] : []),
  ];
}
