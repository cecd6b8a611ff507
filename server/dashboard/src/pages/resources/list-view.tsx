/** A list of anything: the server pages, filters and sorts; the address has all of its state. */
import { hashKey, type Query, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useCallback, useEffect, useMemo } from 'react';
import { type Item, PAGE_SIZE, pagesOf } from '../../api/queries.ts';
import { LISTS } from '../../gen/fields.ts';
import { isLong, noteShownPages, rereadStale, trimPages } from '../../live/reread-pages.ts';
import type { FieldMeta } from '../../metadata/shapes.ts';
import { pathOfResource } from '../../paths/kinds.ts';
import { usePageState } from '../../paths/use-page-state.ts';
import { SearchField } from '../../ui/search-field.tsx';
import { Empty, Loading, ProblemNotice } from '../../ui/states.tsx';
import { type TableColumn, VirtualTable } from '../../ui/table/virtual-table.tsx';
import { Value } from '../../ui/value.tsx';
import { countOf, labelOf } from '../../ui/words.ts';
import { BulkBar } from './bulk/bulk-bar.tsx';
import { useSelection } from './bulk/selection.ts';
import { selectionColumn } from './bulk/selection-column.tsx';
import { ExportButton } from './export-button.tsx';
import styles from './list-view.module.css';

interface ListViewProps {
  readonly noun: string;
  /** The operation that lists them: `vm.list`. */
  readonly operation: string;
  /** Plural of the listed resources, for the table's name: `VMs`. */
  readonly title: string;
  readonly columns: readonly string[];
  readonly filters?: readonly string[];
  /** Default sort order; the server's order if absent. */
  readonly sort?: string | undefined;
  readonly nameField?: string;
  /** Part of every request, beside what the user has chosen. */
  readonly fixed?: Item;
  readonly empty: ReactNode;
  /** Rendering of columns that are not fields, or that are more than a value. */
  readonly cells?: Readonly<Record<string, (item: Item) => ReactNode>>;
  /** Actions of a row: a last column, which exports omit. */
  readonly actions?: (item: Item) => ReactNode;
  /** `vm.bulk`: rows can be selected, and something done to all of them. */
  readonly bulk?: 'vm.bulk' | undefined;
}

/** Renders search, filters and the table. */
export function ListView(props: ListViewProps) {
  const { noun, operation, title, columns, filters = [], fixed, cells, empty, actions } = props;
  const [state, change] = usePageState();
  const meta = LISTS[operation] ?? { filters: [], sort: [] };
  const [first = ''] = meta.sort;
  // As the server sorts unless a sort is chosen.
  const sort = state.sort ?? props.sort ?? (fixed?.order === 'newest' ? `-${first}` : first);
  const request = useMemo(
    () => requestOf({ state, filters, fixed, sort: state.sort ?? props.sort }),
    [state, filters, fixed, props.sort],
  );
  const options = pagesOf(operation, request, meta.whole);
  const showRows = useShownPages(options.queryKey);
  // Events keep a long list current: it is not read as a whole when the window gets the focus.
  const query = useInfiniteQuery(
    Object.assign(options, { refetchOnWindowFocus: (each: Query) => !isLong(each) }),
  );
  const rows = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const readMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const nameField = props.nameField ?? 'name';
  const shown = columns.map((name) =>
    columnOf({ name, noun, nameField, sorts: meta.sort, render: cells?.[name] }),
  );
  if (actions !== undefined) shown.push(actionsColumn(actions));
  const selection = useSelection(rows, request);
  if (props.bulk !== undefined) shown.unshift(selectionColumn(selection, { rows, nameField }));
  const isNarrowed = Object.keys(request).some((key) => key !== 'sort' && !(key in (fixed ?? {})));
  return (
    <section className={styles.list} aria-label={title}>
      <div className={styles.tools}>
        {meta.search ? (
          <SearchField
            label="Search"
            placeholder="Search by name"
            className={styles.search}
            value={state.search}
            onChange={(search) => change({ search })}
          />
        ) : null}
        {meta.filters
          .filter(({ name }) => filters.includes(name))
          // A text is chosen by a link; there is nothing to choose from.
          .filter(({ name, options }) => options !== undefined || state[name] !== undefined)
          .map((field) => (
            <FilterSelect
              key={field.name}
              field={field}
              value={state[field.name]}
              onChange={change}
            />
          ))}
        <span className={styles.count} role="status">
          {describeCount(query.data?.pages[0], rows.length)}
        </span>
        <ExportButton
          noun={noun}
          operation={operation}
          request={request}
          columns={columns}
          isWhole={meta.whole}
          isEmpty={rows.length === 0}
        />
      </div>
      {props.bulk === undefined ? null : (
        <BulkBar selection={selection} request={request} total={exactTotal(query.data?.pages[0])} />
      )}
      {query.isPending ? <Loading what={title} /> : null}
      {query.error === null ? null : (
        <ProblemNotice cause={query.error} retry={() => void query.refetch()} />
      )}
      {query.isSuccess && rows.length === 0 ? (
        isNarrowed ? (
          <Empty title="Nothing matches">
            <p>Change the search or the filters.</p>
          </Empty>
        ) : (
          <Empty title={`No ${title.toLowerCase()}`.replace('No vms', 'No VMs')}>{empty}</Empty>
        )
      ) : null}
      {rows.length === 0 ? null : (
        <VirtualTable
          label={title}
          columns={shown}
          rows={rows}
          keyOf={(item) => String(item.id ?? item.name)}
          total={query.data?.pages[0]?.total}
          sort={sort}
          onSort={(next) => change({ sort: next })}
          onEnd={readMore}
          onShown={showRows}
        />
      )}
    </section>
  );
}

/** Returns what notes the pages that the table shows, and reads those that have changed. */
function useShownPages(queryKey: readonly unknown[]): (first: number, last: number) => void {
  const client = useQueryClient();
  const hash = hashKey(queryKey);
  useEffect(() => () => trimPages(client, hash), [client, hash]);
  return useCallback(
    (first, last) => {
      noteShownPages(hash, [Math.floor(first / PAGE_SIZE), Math.floor(last / PAGE_SIZE)]);
      const query = client.getQueryCache().get(hash);
      if (query !== undefined) void rereadStale(client, query).catch(() => undefined);
    },
    [client, hash],
  );
}

function requestOf(parts: {
  readonly state: Readonly<Record<string, string | undefined>>;
  readonly filters: readonly string[];
  readonly fixed: Item | undefined;
  readonly sort: string | undefined;
}): Item {
  const { state, filters, fixed, sort } = parts;
  const chosen = ['search', ...filters].flatMap((name): [string, string][] => {
    const value = state[name];
    return value === undefined || value === '' ? [] : [[name, value]];
  });
  return Object.assign(Object.fromEntries(chosen), sort === undefined ? {} : { sort }, fixed);
}

function exactTotal(
  page: { readonly total?: number; readonly total_is_exact?: boolean } | undefined,
): number | undefined {
  return page?.total_is_exact === true ? page.total : undefined;
}

function describeCount(
  page: { readonly total?: number; readonly total_is_exact?: boolean } | undefined,
  read: number,
): string {
  if (page === undefined) return '';
  const { total = read, total_is_exact: isExact } = page;
  return isExact === false && page.total !== undefined
    ? `more than ${total.toLocaleString('en')}`
    : countOf(total, 'row');
}

const WIDTHS: Readonly<Record<string, number>> = {
  name: 240,
  summary: 420,
  title: 420,
  features: 220,
  champions: 220,
  description: 280,
  operation: 200,
  id: 280,
  cpu_cores: 90,
  memory_gb: 110,
  disk_gb: 110,
  status: 130,
  state: 140,
  changes: 240,
  operations: 260,
  usage: 320,
  score: 90,
  margin: 90,
  confidence: 120,
  message: 320,
  reason: 420,
  count: 80,
  purpose: 120,
};

const NUMBER_NAMES = [
  'size',
  'score',
  'margin',
  'confidence',
  'version',
  'priority',
  'rounds',
  'estimated_improvement',
];
const NUMBERS = /(_|^)(gb|cores|count|size|ms|percent|hour|down|row)$/;

function isNumber(name: string): boolean {
  return NUMBER_NAMES.includes(name) || NUMBERS.test(name);
}

function columnOf(parts: {
  readonly name: string;
  readonly noun: string;
  readonly nameField: string;
  readonly sorts: readonly string[];
  readonly render: ((item: Item) => ReactNode) | undefined;
}): TableColumn<Item> {
  const { name, noun, nameField, sorts, render } = parts;
  return {
    name,
    header: labelOf(name),
    width: WIDTHS[name] ?? 150,
    align: isNumber(name) ? 'end' : 'start',
    isSortable: sorts.some((sort) => sort.replace(/^-/, '') === name),
    render: (item) => {
      if (render !== undefined) return render(item);
      const path = name === nameField ? pathOfResource(noun, String(item.id)) : undefined;
      if (path !== undefined) return <Link to={path}>{String(item[name])}</Link>;
      return <Value field={name} value={item[name]} noun={noun} />;
    },
  };
}

function actionsColumn(render: (item: Item) => ReactNode): TableColumn<Item> {
  return { name: 'actions', header: 'Actions', width: 230, render };
}

interface ControlProps {
  readonly value: string | undefined;
  readonly onChange: (changed: Record<string, string | undefined>) => void;
}

function FilterSelect({ field, value, onChange }: ControlProps & { readonly field: FieldMeta }) {
  return (
    <select
      aria-label={labelOf(field.name)}
      className={styles.filter}
      value={value ?? ''}
      onChange={({ target }) => onChange({ [field.name]: target.value || undefined })}
    >
      <option value="">{labelOf(field.name)}: all</option>
      {(field.options ?? (value === undefined ? [] : [value])).map((option) => (
        <option key={option} value={option}>
          {String(option).replaceAll('_', ' ')}
        </option>
      ))}
    </select>
  );
}
