/** A metric of a scaled group over time, and what is expected of it, with its interval. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { queryOf } from '../../api/queries.ts';
import { ChartPanel } from '../../charts/chart-panel.tsx';
import { TimeTable } from '../../charts/time-table.tsx';
import { formatMoment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { usePreferences } from '../../ui/preferences.ts';
import { QueryState } from '../../ui/states.tsx';
import {
  type Expected,
  hasValues,
  type Measured,
  utilisationLines,
} from './utilisation-figures.ts';

const TITLE = 'Utilisation and forecast';

const SECOND_MS = 1_000;

/** Values of a metric are one a minute. Unit: milliseconds. */
const REFRESH_MS = 60_000;

/** Time ranges of the chart, and the time it looks ahead. */
export const SPANS = [
  { value: '1h', words: 'Last hour', ahead: '30m' },
  { value: '6h', words: 'Last 6 hours', ahead: '2h' },
  { value: '24h', words: 'Last 24 hours', ahead: '6h' },
] as const;

interface UtilisationChartProps {
  /** Id of the group. */
  readonly id: string;
  readonly metric: string;
  readonly span: (typeof SPANS)[number];
}

/** Renders the chart with its table, once there is something of the metric. */
export function UtilisationChart(props: UtilisationChartProps) {
  const { id, metric } = props;
  const query = queryOf('metric.list', { vm_group_id: id });
  const listed = useQuery(Object.assign(query, { refetchInterval: REFRESH_MS }));
  if (listed.data?.items.some(({ name }) => name === metric)) return <Known {...props} />;
  return (
    <Panel title={TITLE}>
      <QueryState query={listed} what="the metrics">
        {() => <p>The group has no values of {metric.replaceAll('_', ' ')} yet.</p>}
      </QueryState>
    </Panel>
  );
}

function Known({ id, metric, span }: UtilisationChartProps) {
  const target = { vm_group_id: id, name: metric };
  const often = { refetchInterval: REFRESH_MS };
  const past = queryOf('metric.query', Object.assign({ from: span.value }, target));
  const future = queryOf('metric.forecast', Object.assign({ horizon: span.ahead }, target));
  const measured = useQuery(Object.assign(past, often));
  const expected = useQuery(Object.assign(future, often));
  if (measured.data === undefined || expected.data === undefined) {
    const query = measured.data === undefined ? measured : expected;
    return (
      <Panel title={TITLE}>
        <QueryState query={query} what="the metric">
          {() => null}
        </QueryState>
      </Panel>
    );
  }
  const { unit } = measured.data;
  const { explanation } = expected.data;
  return (
    <Drawn
      measured={measured.data}
      expected={expected.data}
      unit={unit}
      summary={`${metric.replaceAll('_', ' ')}. ${explanation.join(' ')}`}
    />
  );
}

interface DrawnProps {
  readonly measured: Measured;
  readonly expected: Expected;
  readonly unit: string;
  readonly summary: string;
}

function Drawn({ measured, expected, unit, summary }: DrawnProps) {
  const { timeZone } = usePreferences();
  const lines = useMemo(() => utilisationLines(measured, expected), [measured, expected]);
  const { xs, series } = lines;
  const momentOf = (x = 0): string => formatMoment(new Date(x * SECOND_MS), timeZone);
  return (
    <ChartPanel
      name="utilisation"
      title={TITLE}
      summary={summary}
      empty={
        hasValues(lines)
          ? undefined
          : `Nothing was measured in this time, and nothing is forecast. ${summary}`
      }
      xs={xs}
      series={series}
      band={[4, 3]}
      xKind="time"
      look="lines"
      textOf={(index) =>
        [
          momentOf(xs[index]),
          ...series.flatMap(({ name, values }) =>
            typeof values[index] === 'number' ? [`${name}: ${wordsOf(values[index], unit)}`] : [],
          ),
        ].join('\n')
      }
      table={
        <TimeTable
          xs={xs}
          series={series}
          momentOf={momentOf}
          wordsOf={(value) => wordsOf(value, unit)}
        />
      }
    />
  );
}

function wordsOf(value: number | null | undefined, unit: string): string {
  if (typeof value !== 'number') return '–';
  return `${value.toLocaleString('en', { maximumFractionDigits: 3 })} ${unit}`;
}
