/** Reads the signals that models learn from. A signal without a source is absent, not zero. */
import type { Signals, TuningSignal } from '@novacron/engine/tuning/model/tuning';
import { TUNING_SIGNALS } from '@novacron/engine/tuning/plan-signal-model';
import type { SeriesRun } from '../../../ports/metric-series.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { summarizeRun } from '../../platform/metrics/summarize-run.ts';

/** As long as right-sizing looks back. Unit: seconds. */
const HISTORY_S = 14 * 86_400;

/** 1344 rows: a model takes some tens of milliseconds. Unit: seconds. */
const STEP_S = 900;

const MS_PER_SECOND = 1_000;

/** The series whose sum each signal is; none is measured of the price, which the size decides. */
const SERIES: Readonly<Record<TuningSignal, readonly string[]>> = {
  cpu_utilization_ratio: ['cpu_utilization_ratio'],
  memory_utilization_ratio: ['memory_utilization_ratio'],
  disk_bytes_per_second: ['disk_read_bytes_per_second', 'disk_write_bytes_per_second'],
  network_bytes_per_second: [
    'network_receive_bytes_per_second',
    'network_transmit_bytes_per_second',
  ],
  requests_per_second: ['requests_per_second'],
  errors_per_second: ['errors_per_second'],
  latency_seconds: ['latency_seconds'],
  cost_per_hour: [],
};

type Deps = Pick<CapabilityDeps, 'clock' | 'metricSeries'>;

/** Names of the signals of a VM that have a source. */
export async function findSignals(
  { metricSeries }: Pick<Deps, 'metricSeries'>,
  vmId: string,
): Promise<readonly TuningSignal[]> {
  const listed = await metricSeries?.list(vmId);
  const names = new Set(listed?.ok === true ? listed.value.map(({ name }) => name) : []);
  return TUNING_SIGNALS.filter((signal) => SERIES[signal].some((name) => names.has(name)));
}

/** Reads them, at the same times. */
export async function readSignals(deps: Deps, vmId: string): Promise<Signals> {
  const signals = await findSignals(deps, vmId);
  const toS = Math.floor(deps.clock.nowMs() / MS_PER_SECOND / STEP_S) * STEP_S;
  const steps = { fromS: toS - HISTORY_S, toS, stepS: STEP_S };
  const names = signals.flatMap((signal) => SERIES[signal]);
  const read = await deps.metricSeries?.readTogether({ targetId: vmId, names, ...steps });
  const runs = read?.ok === true ? read.value : new Map<string, SeriesRun>();
  return Object.fromEntries(
    signals.map((signal) => {
      const own = SERIES[signal].map((name) => valuesIn(runs.get(name), steps));
      return [signal, addUp(own)];
    }),
  );
}

interface Steps {
  readonly fromS: number;
  readonly toS: number;
  readonly stepS: number;
}

function valuesIn(run: SeriesRun | undefined, steps: Steps): Float64Array {
  if (run === undefined) return new Float64Array();
  return Float64Array.from(summarizeRun(run, steps, ['avg']), ({ avg }) => avg ?? Number.NaN);
}

/** A series that an agent does not report is left out of the sum. */
function addUp(runs: readonly Float64Array[]): Float64Array {
  const [first = new Float64Array(), ...others] = runs.filter((run) => run.length > 0);
  return others.reduce(
    (sum, run) => sum.map((value, at) => value + (run[at] ?? Number.NaN)),
    first,
  );
}
