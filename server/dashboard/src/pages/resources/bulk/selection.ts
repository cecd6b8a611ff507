/** Selection in a list: rows by their ids, or all that match the filters. */
import { useState } from 'react';
import type { Item } from '../../../api/queries.ts';

/** A selection, and how it is changed. */
export interface Selection {
  /** `rows`: those of `ids`; `all`: every row that matches the filters, read or not. */
  readonly kind: 'rows' | 'all';
  readonly ids: ReadonlySet<string>;
  readonly has: (id: string) => boolean;
  readonly toggle: (id: string) => void;
  readonly setRead: (isSelected: boolean) => void;
  readonly selectAll: () => void;
  readonly clear: () => void;
}

interface State {
  readonly kind: 'rows' | 'all';
  readonly ids: ReadonlySet<string>;
  /** The filters that it was made with. */
  readonly of: string;
}

/**
 * The selection of a list. Other filters end it: what is not shown is not meant.
 * @param rows - all rows that have been read
 * @param request - the filters
 */
export function useSelection(rows: readonly Item[], request: Item): Selection {
  const of = JSON.stringify(filtersOf(request));
  const empty: State = { kind: 'rows', ids: new Set(), of };
  const [stored, setState] = useState(empty);
  const state = stored.of === of ? stored : empty;
  const idsOfRows = () => rows.map(({ id }) => String(id));
  const set = (kind: State['kind'], ids: Iterable<string>) => {
    setState({ kind, ids: new Set(ids), of });
  };
  return {
    kind: state.kind,
    ids: state.ids,
    has: (id) => state.kind === 'all' || state.ids.has(id),
    toggle: (id) => {
      const ids = new Set(state.kind === 'all' ? idsOfRows() : state.ids);
      if (!ids.delete(id)) ids.add(id);
      set('rows', ids);
    },
    setRead: (isSelected) => set('rows', isSelected ? idsOfRows() : []),
    selectAll: () => set('all', []),
    clear: () => set('rows', []),
  };
}

/** The filters of the request of a list, without its order. */
function filtersOf({ sort: _sort, ...filters }: Item): Item {
  return filters;
}

/** The part of the input of an operation on many that selects them. */
export function selectorOf({ kind, ids }: Pick<Selection, 'kind' | 'ids'>, request: Item): Item {
  if (kind === 'rows') return { vm_ids: [...ids].toSorted() };
  const filters = Object.entries(filtersOf(request));
  if (filters.length === 0) return { all: true };
  // A filter of a list takes one value or several; in a body these are a list.
  return Object.fromEntries(
    filters.map(([name, value]) => [name, name === 'search' ? value : [value]]),
  );
}
