/** The first column of a list whose rows can be selected: a check box for each row. */
import type { Item } from '../../../api/queries.ts';
import type { TableColumn } from '../../../ui/table/virtual-table.tsx';
import styles from './bulk.module.css';
import type { Selection } from './selection.ts';

const WIDTH_PX = 46;

/** The column; the check box in its head is for all rows that have been read. */
export function selectionColumn(
  selection: Selection,
  { rows, nameField }: { readonly rows: readonly Item[]; readonly nameField: string },
): TableColumn<Item> {
  const selected = rows.filter(({ id }) => selection.has(String(id))).length;
  const isWhole = rows.length > 0 && selected === rows.length;
  return {
    name: 'selected',
    width: WIDTH_PX,
    header: (
      <input
        type="checkbox"
        className={styles.check}
        aria-label="Select all rows that are shown"
        checked={isWhole}
        ref={(box) => {
          if (box !== null) box.indeterminate = selected > 0 && !isWhole;
        }}
        onChange={({ target }) => selection.setRead(target.checked)}
      />
    ),
    render: (item) => {
      const id = String(item.id);
      return (
        <input
          type="checkbox"
          className={styles.check}
          aria-label={`Select ${String(item[nameField])}`}
          checked={selection.has(id)}
          onChange={() => selection.toggle(id)}
        />
      );
    },
  };
}
