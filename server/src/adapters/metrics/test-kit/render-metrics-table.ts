import { METRICS, type MetricRow } from '../../../ports/metrics/metrics-table.ts';

const HEADINGS = ['metric', 'type', 'labels', 'unit', 'replicas', 'what it says'];

/** The table of metrics as docs/observability.md shows it: Markdown, columns of one width. */
export function renderMetricsTable(): string {
  const rows = Object.entries(METRICS).map(([name, row]) => cellsOf(name, row));
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(HEADINGS), rule, ...rows.map(line)].join('\n');
}

function cellsOf(name: string, row: MetricRow): string[] {
  const labels = row.labels.map((label) => `\`${label}\``).join(', ');
  return [`\`${name}\``, row.type, labels, row.unit, replicasOf(row), row.help];
}

function replicasOf({ type, about }: MetricRow): string {
  if (type !== 'gauge') return 'sum';
  return about === 'server' ? 'each' : 'max';
}
