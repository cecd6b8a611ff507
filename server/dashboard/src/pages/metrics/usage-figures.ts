/** Converts measurements of nodes and VMs for charts and tables. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import type { PlotSeries } from '../../charts/plot-props.ts';

/** An answer of the server about one node or VM. */
export type Usage = Pick<
  OutputOf<'node.usage'>,
  | 'name'
  | 'cpu_cores'
  | 'cpu_cores_allocated'
  | 'memory_gb'
  | 'memory_gb_allocated'
  | `disk_${'read' | 'write'}_bytes_per_s`
  | `network_${'receive' | 'transmit'}_bytes_per_s`
  | 'measured_at'
  | 'history'
>;

/** Quantity to draw. */
export type Measure = 'cpu' | 'memory' | 'disk' | 'network';

/** A measurement. What was not measured is null, and a gap in a line. */
export interface Reading {
  readonly atMs: number;
  readonly values: Readonly<Record<Measure, number | null>>;
}

/** A node or a VM with what is known of it, oldest first. */
export interface Measured {
  readonly id: string;
  readonly name: string;
  readonly readings: readonly Reading[];
}

/** Agents measure at moments of their own: readings of one grid are drawn above each other. */
const GRID_MS = 10_000;

const SECOND_MS = 1_000;
const BYTES_PER_MB = 1_000_000;

/** The measurement that an answer has; without one, a gap at the moment of the answer. */
export function readingOf(usage: Usage, nowMs: number): Reading {
  const rate = (one: number | null, other: number | null): number | null =>
    one === null && other === null ? null : (Number(one) + Number(other)) / BYTES_PER_MB;
  return {
    atMs: usage.measured_at === null ? nowMs : Date.parse(usage.measured_at),
    values: {
      cpu: usage.cpu_cores,
      memory: usage.memory_gb,
      disk: rate(usage.disk_read_bytes_per_s, usage.disk_write_bytes_per_s),
      network: rate(usage.network_receive_bytes_per_s, usage.network_transmit_bytes_per_s),
    },
  };
}

/** The earlier measurements that an answer has. */
export function earlierOf({ history }: Usage): readonly Reading[] {
  return history.map(({ at, cpu_cores: cpu, memory_gb: memory }) => ({
    atMs: Date.parse(at),
    values: { cpu, memory, disk: null, network: null },
  }));
}

/** Lines of one measure. */
export interface Lines {
  /** Seconds since the Unix epoch. */
  readonly xs: readonly number[];
  readonly series: readonly PlotSeries[];
}

/**
 * Lines of one measure of several nodes or VMs from a moment on. Where one was not measured at a
 * moment at which another was, its value is undefined: its line goes on. A null is a gap.
 */
export function linesOf(all: readonly Measured[], measure: Measure, fromMs: number): Lines {
  const moments = new Set<number>();
  const columns = all.map(({ readings }) => {
    const column = new Map<number, number | null>();
    for (const { atMs, values } of readings) {
      if (atMs < fromMs) continue;
      const at = Math.round(atMs / GRID_MS) * GRID_MS;
      column.set(at, values[measure]);
      moments.add(at);
    }
    return column;
  });
  const ats = [...moments].sort((a, b) => a - b);
  return {
    xs: ats.map((at) => at / SECOND_MS),
    series: all.map(({ name }, index) => ({
      name,
      values: ats.map((at) => columns[index]?.get(at)),
    })),
  };
}

/** Whether there is any number in lines. */
export function hasNumbers({ series }: Lines): boolean {
  return series.some(({ values }) => values.some((value) => typeof value === 'number'));
}
