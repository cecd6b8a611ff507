/**
 * A table of any length: rows outside of the scrolled part are not in the document. The number and
 * the place of each row are said by `aria-rowcount` and `aria-rowindex`.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';
import styles from './virtual-table.module.css';

const ROW_HEIGHT_PX = 38;
const ROWS_BEYOND = 12;
/** Rows before the end at which the next page is read. */
const ROWS_AHEAD = 30;

/** One column. */
export interface TableColumn<Row> {
  readonly name: string;
  readonly header: string;
  readonly render: (row: Row) => ReactNode;
  /** The least width. Unit: px. */
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
  const box = useRef<HTMLElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT_PX,
    overscan: ROWS_BEYOND,
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : keyOf(row);
    },
  });
  const shown = virtualizer.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - ROWS_AHEAD) onEnd?.();
  }, [last, rows.length, onEnd]);
  const first = shown[0]?.index ?? 0;
  const { onShown } = props;
  useEffect(() => onShown?.(first, last), [first, last, onShown]);
  const before = shown[0]?.start ?? 0;
  const after = virtualizer.getTotalSize() - (shown.at(-1)?.end ?? 0);
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled box has to be reached by keys
    <section className={styles.box} ref={box} tabIndex={0} aria-label={label}>
      <table
        className={styles.table}
        style={{ minInlineSize: `${width}px` }}
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
        <tbody>
          <Spacer height={before} columns={columns.length} />
          {shown.map(({ index, key }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <tr key={String(key)} aria-rowindex={index + 2} className={styles.row}>
                {columns.map((column) => (
                  <td key={column.name} className={styles[column.align ?? 'start']} dir="auto">
                    {column.render(row)}
                  </td>
                ))}
              </tr>
            );
          })}
          <Spacer height={after} columns={columns.length} />
        </tbody>
      </table>
    </section>
  );
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
      style={{ inlineSize: `${width}px` }}
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
