/** The table of a chart over time: the newest values come first. */
import { Table } from '../ui/table/table.tsx';
import type { PlotSeries } from './plot-props.ts';

interface TimeTableProps {
  /** Seconds since the Unix epoch, ascending. */
  readonly xs: readonly number[];
  readonly series: readonly PlotSeries[];
  readonly momentOf: (x: number) => string;
  readonly wordsOf: (value: number | null | undefined) => string;
}

/** Renders the table. */
export function TimeTable({ xs, series, momentOf, wordsOf }: TimeTableProps) {
  return (
    <Table heads={['Time', ...series.map(({ name }) => name)]} look="low">
      {xs
        .map((x, index) => (
          <tr key={x}>
            <th scope="row">{momentOf(x)}</th>
            {series.map(({ name, values }) => (
              <td key={name}>{wordsOf(values[index])}</td>
            ))}
          </tr>
        ))
        .toReversed()}
    </Table>
  );
}
