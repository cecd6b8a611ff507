/** Counts as a table whose last column draws them: the chart and its numbers in one. */
import type { ReactNode } from 'react';
import { Panel } from '../ui/panel.tsx';
import { Empty } from '../ui/states.tsx';
import { Table } from '../ui/table/table.tsx';
import styles from './chart.module.css';

const PERCENT = 100;

interface ShareTableProps {
  readonly title: string;
  /** Header of the counted values: `Purpose`. */
  readonly head: string;
  readonly counts: readonly (readonly [value: string, count: number])[];
  /** The words of a value; without it the value with spaces. */
  readonly render?: (value: string) => ReactNode;
}

/** Renders the panel. */
export function ShareTable({ title, head, counts, render }: ShareTableProps) {
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  return (
    <Panel title={title}>
      {total === 0 ? (
        <Empty title="Nothing to count" />
      ) : (
        <Table heads={[head, 'Number', 'Share']}>
          {counts.map(([value, count]) => {
            const percent = Math.round((count / total) * PERCENT);
            return (
              <tr key={value}>
                <th scope="row">{render?.(value) ?? value.replaceAll('_', ' ')}</th>
                <td>{count.toLocaleString('en')}</td>
                <td>
                  {percent} %
                  <svg
                    className={styles.bar}
                    viewBox="0 0 100 10"
                    preserveAspectRatio="none"
                    aria-hidden="true"
                  >
                    <rect width={percent} height="10" />
                  </svg>
                </td>
              </tr>
            );
          })}
        </Table>
      )}
    </Panel>
  );
}
