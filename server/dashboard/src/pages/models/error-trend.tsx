/** The error of each version beside that of the best simple rule, as a chart. */
import { useMemo } from 'react';
import { ChartPanel } from '../../charts/chart-panel.tsx';
import { Table } from '../../ui/table/table.tsx';
import { errorTrend, figureWords, type Version } from './model-figures.ts';

/** A single point is no trend. */
const VERSIONS_MIN = 2;

interface ErrorTrendProps {
  /** The predicted metric. */
  readonly target: string;
  readonly versions: readonly Version[];
}

/** Renders the chart with its table. */
export function ErrorTrend({ target, versions }: ErrorTrendProps) {
  const { xs, series } = useMemo(() => errorTrend(versions), [versions]);
  return (
    <ChartPanel
      name="trend"
      title="Error by version"
      summary={
        `Mean absolute error of ${target}, in its unit: lower is better. Each version is ` +
        'measured on later rows than it has learned from, the best simple rule on the same rows.'
      }
      empty={
        xs.length < VERSIONS_MIN
          ? 'The trend begins with the second version that is measured.'
          : undefined
      }
      xs={xs}
      series={series}
      xKind="whole"
      look="lines"
      xRange={[(xs[0] ?? 0) - 1, (xs.at(-1) ?? 0) + 1]}
      xLabel="Version"
      textOf={(index) =>
        [
          `Version ${xs[index]}`,
          ...series.map(({ name, values }) => `${name}: ${figureWords(values[index])}`),
        ].join('\n')
      }
      table={
        <Table heads={['Version', ...series.map(({ name }) => name)]} look="low">
          {xs.map((version, index) => (
            <tr key={version}>
              <th scope="row">{version}</th>
              {series.map(({ name, values }) => (
                <td key={name}>{figureWords(values[index])}</td>
              ))}
            </tr>
          ))}
        </Table>
      }
    />
  );
}
