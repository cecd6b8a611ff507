/** Makes series of a pattern and a seed. See README.md. */
import type { Rng } from '../env.ts';
import type { SampleMetric, SampleRequest, SampleSeries } from './model/sample-data.ts';
import { normal } from './rules/measure-robustness.ts';
import { PATTERNS } from './rules/patterns.ts';

const DAY_MS = 86_400_000;

/** Correlation of noise with that of the value before. */
export const PERSISTENCE = 0.7;
/** Share of a burst that is left after each half hour. */
const BURST_HALF_MS = 1_800_000;
const BURST_MIN = 0.3;
const BURST_RANGE = 0.4;
/** Distance of an outlier from its value, as a share of full load. */
const OUTLIER_MIN = 0.35;
const OUTLIER_RANGE = 0.3;
/** Mean length of a gap, in values. */
const GAP_LENGTH = 6;
/** VMs of a pattern differ by this share in size, and by two hours in phase. */
const SIZE_RANGE = 0.3;
const PHASE_RANGE_MS = 7_200_000;

const IDLE_CPU = 0.02;
const MEMORY_BASE = 0.25;
const MEMORY_SHARE = 0.5;
/** Memory follows load slowly: share of the distance per value. */
const MEMORY_STEP = 0.02;
const REQUESTS_MAX = 1_000;
const ERROR_RATIO = 0.001;
/** Above this utilization requests fail. */
const SATURATED = 0.9;
const SERVICE_SECONDS = 0.02;
const UTILIZATION_MAX = 0.98;

/**
 * Makes the series of all VMs and metrics of a request.
 * @returns one series per VM and metric; those of one VM follow the same load
 */
export function planSampleData(
  request: SampleRequest,
  { rng }: { readonly rng: Rng },
): readonly SampleSeries[] {
  return Array.from({ length: request.vms }, (_, index) => {
    const name = `${request.pattern}-${index + 1}`;
    return seriesOfVm(name, request, rng.fork(name));
  }).flat();
}

function seriesOfVm(name: string, request: SampleRequest, rng: Rng): readonly SampleSeries[] {
  const load = loadOf(request, rng);
  const outliers = addOutliers(load, request, rng.fork('outliers'));
  const gaps = gapsOf(request, rng.fork('gaps'));
  return request.metrics.map((metric) => {
    const values = METRICS[metric](load);
    for (const at of gaps) values[at] = Number.NaN;
    return {
      id: `${name}/${metric}`,
      metric,
      values,
      outliers: outliers.filter((at) => !gaps.has(at)),
    };
  });
}

function loadOf(request: SampleRequest, rng: Rng): Float64Array {
  const { startMs, stepMs, length, noise } = request;
  const { loadAt, burstsPerDay } = PATTERNS[request.pattern];
  const own = rng.fork('vm');
  const size = 1 + SIZE_RANGE * (own.next() - 1 / 2);
  const phaseMs = PHASE_RANGE_MS * (own.next() - 1 / 2);
  const [shaking, bursting] = [rng.fork('noise'), rng.fork('bursts')];
  const innovation = noise * Math.sqrt(1 - PERSISTENCE ** 2);
  const load = new Float64Array(length);
  let shake = 0;
  let burst = 0;
  for (let at = 0; at < length; at += 1) {
    shake = PERSISTENCE * shake + innovation * normal(shaking);
    burst *= 1 / 2 ** (stepMs / BURST_HALF_MS);
    const [begins, height] = [bursting.next(), bursting.next()];
    if (begins < (burstsPerDay * stepMs) / DAY_MS) burst += BURST_MIN + BURST_RANGE * height;
    const ran = (at * stepMs) / DAY_MS;
    const planned = loadAt(startMs + at * stepMs + phaseMs, ran);
    load[at] = clamp(size * planned + shake + burst);
  }
  return load;
}

/** Moves some values far from the others. @returns their indexes */
function addOutliers(load: Float64Array, { outliers }: SampleRequest, rng: Rng): number[] {
  const found: number[] = [];
  load.forEach((value, at) => {
    const [isOne, distance] = [rng.next() < outliers, rng.next()];
    if (!isOne) return;
    const far = OUTLIER_MIN + OUTLIER_RANGE * distance;
    load[at] = clamp(value < 1 / 2 ? value + far : value - far);
    found.push(at);
  });
  return found;
}

function gapsOf({ length, gaps }: SampleRequest, rng: Rng): ReadonlySet<number> {
  const missing = new Set<number>();
  // In the long run, a share `gaps` of the values is in a gap.
  const begins = gaps / (GAP_LENGTH * (1 - gaps));
  let isOpen = false;
  for (let at = 0; at < length; at += 1) {
    const drawn = rng.next();
    isOpen = isOpen ? drawn >= 1 / GAP_LENGTH : drawn < begins;
    if (isOpen) missing.add(at);
  }
  return missing;
}

/** Metrics as functions of the load of their VM. */
const METRICS: Readonly<Record<SampleMetric, (load: Float64Array) => Float64Array>> = {
  cpu_utilization_ratio: (load) => load.map(cpuOf),
  memory_utilization_ratio: (load) => {
    let held = load[0] ?? 0;
    return load.map((value) => {
      held += MEMORY_STEP * (value - held);
      return MEMORY_BASE + MEMORY_SHARE * held;
    });
  },
  requests_per_second: (load) => load.map((value) => REQUESTS_MAX * value),
  errors_per_second: (load) => load.map(errorsOf),
  latency_seconds: (load) =>
    load.map((value) => SERVICE_SECONDS / (1 - Math.min(cpuOf(value), UTILIZATION_MAX))),
};

function cpuOf(load: number): number {
  return IDLE_CPU + (1 - IDLE_CPU) * load;
}

function errorsOf(load: number): number {
  const failing = Math.max(0, cpuOf(load) - SATURATED) / (1 - SATURATED);
  return REQUESTS_MAX * load * (ERROR_RATIO + failing / 2);
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
