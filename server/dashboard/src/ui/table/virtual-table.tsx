/**
 * A table of any length: rows outside of the scrolled part are not in the document. The number and
 * the place of each row are said by `aria-rowcount` and `aria-rowindex`.
 */
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type FocusEvent, Fragment, type ReactNode, useEffect, useRef, useState } from 'react';
import { REM_PX, remToPx } from '../root-size.ts';
import styles from './virtual-table.module.css';

/** Row height, equal to the style sheet's. Unit: rem. */
const ROW_HEIGHT_REM = 2.375;
const ROWS_BEYOND = 12;
/** Rows before the end at which the next page is read. */
const ROWS_AHEAD = 30;

/** One column. */
export interface TableColumn<Row> {
  readonly name: string;
  readonly header: ReactNode;
  readonly render: (row: Row) => ReactNode;
  /** The least width. Unit: px, at the usual size of text. */
  readonly width: number;
  readonly align?: 'start' | 'end';
  /** Whether the server can sort by it. */
  readonly isSortable?: boolean;
}

interface VirtualTableProps<Row> {
  readonly label: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** All rows there are, read or not. */
  readonly total?: number;
  /** `name`, or `-name` for the reverse. */
  readonly sort?: string;
  readonly onSort?: (sort: string) => void;
  readonly onEnd?: () => void;
  /** The first and the last row that are in the document. */
  readonly onShown?: (first: number, last: number) => void;
}

/** Renders the table in a scrolled box that the keyboard reaches. */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, columns, rows, keyOf, total = rows.length, sort, onSort, onEnd } = props;
  const box = useRef<HTMLDivElement>(null);
  const focused = useFocusedRow(rows, keyOf);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => remToPx(ROW_HEIGHT_REM),
    overscan: ROWS_BEYOND,
    rangeExtractor: (range) => withFocused(defaultRangeExtractor(range), focused.index),
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : keyOf(row);
    },
  });
  const shown = virtualizer.getVirtualItems();
  const last = virtualizer.range?.endIndex ?? 0;
  useEffect(() => {
    // The row that had the focus is gone: the place in the page is kept.
    if (focused.isLost && isFocusNowhere()) box.current?.focus();
  }, [focused.isLost]);
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - ROWS_AHEAD) onEnd?.();
  }, [last, rows.length, onEnd]);
  const first = virtualizer.range?.startIndex ?? 0;
  const { onShown } = props;
  useEffect(() => onShown?.(first, last), [first, last, onShown]);
  const after = virtualizer.getTotalSize() - (shown.at(-1)?.end ?? 0);
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled box has to be reached by keys
    // biome-ignore lint/a11y/useSemanticElements: it is no set of fields
    <div className={styles.box} ref={box} role="group" tabIndex={0} aria-label={label}>
      <table
        className={styles.table}
        style={{ minInlineSize: `${width / REM_PX}rem` }}
        aria-label={label}
        aria-rowcount={total + 1}
      >
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <HeaderCell key={column.name} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody onFocus={focused.enter} onBlur={focused.leave}>
          {shown.map(({ index, key, start }, at) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <Fragment key={String(key)}>
                <Spacer height={start - (shown[at - 1]?.end ?? 0)} columns={columns.length} />
                <tr data-key={String(key)} aria-rowindex={index + 2} className={styles.row}>
                  {columns.map((column) => (
                    <td key={column.name} className={styles[column.align ?? 'start']} dir="auto">
                      {column.render(row)}
                    </td>
                  ))}
                </tr>
              </Fragment>
            );
          })}
          <Spacer height={after} columns={columns.length} />
        </tbody>
      </table>
    </div>
  );
}

interface FocusedRow {
  /** Its place; -1 where no row has the focus, or it is gone. */
  readonly index: number;
  readonly isLost: boolean;
  readonly enter: (event: FocusEvent) => void;
  readonly leave: () => void;
}

/** Tracks the focused row: it stays in the document when scrolled away. */
function useFocusedRow<Row>(rows: readonly Row[], keyOf: (row: Row) => string): FocusedRow {
  const [focusedKey, setFocusedKey] = useState<string>();
  const index = focusedKey === undefined ? -1 : rows.findIndex((row) => keyOf(row) === focusedKey);
  return {
    index,
    isLost: focusedKey !== undefined && index < 0,
    enter: ({ target }) => {
      const row = target.closest('tr');
      setFocusedKey(row?.dataset.key);
    },
    leave: () => setFocusedKey(undefined),
  };
}

function isFocusNowhere(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

/** The rows of a range, with the one that has the focus. */
function withFocused(range: readonly number[], index: number): number[] {
  if (index < 0 || range.includes(index)) return [...range];
  return [...range, index].toSorted((one, other) => one - other);
}

function Spacer({ height, columns }: { readonly height: number; readonly columns: number }) {
  if (height <= 0) return null;
  return (
    <tr>
      <td colSpan={columns} className={styles.spacer} style={{ blockSize: `${height}px` }} />
    </tr>
  );
}

interface HeaderCellProps<Row> {
  readonly column: TableColumn<Row>;
  readonly sort?: string;
  readonly onSort?: (sort: string) => void;
}

function HeaderCell<Row>({ column, sort, onSort }: HeaderCellProps<Row>) {
  const { name, header, width, align, isSortable } = column;
  const direction = sort === name ? 'ascending' : sort === `-${name}` ? 'descending' : undefined;
  return (
    <th
      scope="col"
      className={styles[align ?? 'start']}
      style={{ inlineSize: `${width / REM_PX}rem` }}
      aria-sort={direction}
    >
      {isSortable && onSort !== undefined ? (
        <button
          type="button"
          className={styles.sort}
          onClick={() => onSort(direction === 'ascending' ? `-${name}` : name)}
        >
          {header}
          <span aria-hidden="true">
            {direction === 'ascending' ? ' ▲' : direction === 'descending' ? ' ▼' : ' ↕'}
          </span>
        </button>
      ) : (
        header
      )}
    </th>
  );
}
