/** A table of few rows: long lists have a {@link VirtualTable}. */
import type { ReactNode } from 'react';
import styles from './table.module.css';

interface TableProps {
  /** The heads of the columns. */
  readonly heads: readonly string[];
  /** The rows, as `tr`. */
  readonly children: ReactNode;
  readonly caption?: string;
  /**
   * `flush`: at the edges of its panel; `low`: it scrolls above 320 px; `wide`: it has
   * sentences in many columns.
   */
  readonly look?: 'flush' | 'low' | 'wide';
}

/** Renders the table; where it is too wide it scrolls, and the page does not. */
export function Table({ heads, children, caption, look }: TableProps) {
  const classes = [styles.scroll, ...(look === undefined ? [] : [styles[look]])];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled box has to be reached by keys
    <div className={classes.join(' ')} tabIndex={0}>
      <table className={styles.table}>
        {caption === undefined ? null : <caption>{caption}</caption>}
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
