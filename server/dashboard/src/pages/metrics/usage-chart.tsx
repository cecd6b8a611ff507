/** One measure of the shown nodes or VMs over time. */
import { useMemo } from 'react';
import { ChartPanel } from '../../charts/chart-panel.tsx';
import { TimeTable } from '../../charts/time-table.tsx';
import { formatMoment } from '../../ui/moment.tsx';
import { usePreferences } from '../../ui/preferences.ts';
import { hasNumbers, linesOf, type Measure } from './usage-figures.ts';
import type { FollowedTarget } from './usage-store.ts';

const SECOND_MS = 1_000;

interface UsageChartProps {
  readonly measure: Measure;
  readonly title: string;
  readonly unit: string;
  readonly all: readonly FollowedTarget[];
  readonly spanMs: number;
}

/** Renders the chart. */
export function UsageChart({ measure, title, unit, all, spanMs }: UsageChartProps) {
  const { timeZone } = usePreferences();
  const newestMs = Math.max(0, ...all.map(({ readings }) => readings.at(-1)?.atMs ?? 0));
  const lines = useMemo(
    () => linesOf(all, measure, newestMs - spanMs),
    [all, measure, newestMs, spanMs],
  );
  const { xs, series } = lines;
  const to = xs.at(-1) ?? 0;
  const momentOf = (x = 0): string => formatMoment(new Date(x * SECOND_MS), timeZone);
  return (
    <ChartPanel
      name={measure}
      title={title}
      summary={`Unit: ${unit}. A gap is a time without measurements.`}
      empty={
        hasNumbers(lines)
          ? undefined
          : 'Nothing was measured in this time. Agents report about every 30 seconds.'
      }
      xs={xs}
      series={series}
      xKind="time"
      xRange={[to - spanMs / SECOND_MS, to]}
      look="lines"
      textOf={(index) =>
        [
          momentOf(xs[index]),
          ...series.map(({ name, values }) => `${name}: ${wordsOf(values[index], unit)}`),
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
  return `${value.toLocaleString('en', { maximumFractionDigits: 2 })} ${unit}`;
}
