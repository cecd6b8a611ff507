/** The columns that `--columns` names. */
import type { Column } from './columns.ts';
import { readPath } from './read-path.ts';

/**
 * Returns a column for each name: one of the list's own by its header, else a field of the items by
 * its path.
 * @param names - headers in any case, or paths such as `metadata.tier`
 */
export function namedColumns(names: readonly string[], own: readonly Column[]): readonly Column[] {
  return names.map((name) => {
    const header = name.toUpperCase();
    const found = own.find((column) => column.header === header);
    return found ?? { header, read: (item) => readPath(item, name) };
  });
}
