/** Names of metrics: what is measured, and behind it the unit. */
import { z } from 'zod';

/** Longest name of a metric. Unit: characters. */
const METRIC_NAME_LENGTH_MAX = 64;

/** Meaning of the last words of a metric's name. */
export interface MetricUnit {
  /** The unit, in words for people. */
  readonly unit: string;
  /** `counter`: only grows, and begins at 0 again when its source restarts. */
  readonly kind: MetricKind;
}

/** Kind of a series of values. */
export const MetricKind = z.enum(['gauge', 'counter']);
export type MetricKind = z.infer<typeof MetricKind>;

/** Units by the end of a name; a longer end comes before a shorter one that it contains. */
const UNITS: ReadonlyMap<string, MetricUnit> = new Map([
  ['bytes_per_second', { unit: 'bytes per second', kind: 'gauge' }],
  ['per_second', { unit: 'per second', kind: 'gauge' }],
  ['per_minute', { unit: 'per minute', kind: 'gauge' }],
  ['bytes_total', { unit: 'bytes', kind: 'counter' }],
  ['seconds_total', { unit: 'seconds', kind: 'counter' }],
  ['total', { unit: 'count', kind: 'counter' }],
  ['ratio', { unit: 'ratio', kind: 'gauge' }],
  ['seconds', { unit: 'seconds', kind: 'gauge' }],
  ['bytes', { unit: 'bytes', kind: 'gauge' }],
  ['cores', { unit: 'cores', kind: 'gauge' }],
  ['celsius', { unit: 'degrees Celsius', kind: 'gauge' }],
  ['watts', { unit: 'watts', kind: 'gauge' }],
  ['count', { unit: 'count', kind: 'gauge' }],
]);

/** The ends of names that say a unit. */
export const METRIC_UNIT_ENDS: readonly string[] = [...UNITS.keys()];

const WORDS = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$/;

/**
 * The unit that a name says.
 * @returns undefined for a name without one, and for a unit without a name before it
 * @example unitOfMetric('requests_per_second') // { unit: 'per second', kind: 'gauge' }
 */
export function unitOfMetric(name: string): MetricUnit | undefined {
  if (!WORDS.test(name)) return undefined;
  for (const [end, unit] of UNITS) if (name.endsWith(`_${end}`)) return unit;
  return undefined;
}

/** Name of a metric: words in lower case, of which the last say the unit. */
export const MetricName = z
  .string()
  .max(METRIC_NAME_LENGTH_MAX, { abort: true })
  .refine((name) => unitOfMetric(name) !== undefined, {
    error:
      'must be words in lower case with underscores that end in a unit, such as ' +
      `queue_length_count: ${METRIC_UNIT_ENDS.map((end) => `_${end}`).join(', ')}`,
  });

/**
 * Metrics of VMs that agents measure, by name; for a group, the mean over its running members.
 * Values are gauges.
 */
export const MEASURED_METRICS = {
  cpu_utilization_ratio: 'Used cores of those that the VM has',
  memory_utilization_ratio: 'Used memory of that which the VM has',
  memory_available_bytes: 'Memory that the guest could still use',
  disk_read_bytes_per_second: 'Read from all disks',
  disk_write_bytes_per_second: 'Written to all disks',
  network_receive_bytes_per_second: 'Received from all networks',
  network_transmit_bytes_per_second: 'Sent to all networks',
  health_check_seconds: 'Time in which the guest answered its health check over HTTP',
} as const;

/** Names one of these. */
export type MeasuredMetric = keyof typeof MEASURED_METRICS;

/**
 * Number of members of a group that were measured. The load of a group is this number times a mean
 * over its members.
 */
export const MEASURED_MEMBERS = 'measured_members_count';

/** Whether it is a metric that NovaCron measures of VMs. */
export function isMeasuredMetric(name: string): name is MeasuredMetric {
  return Object.hasOwn(MEASURED_METRICS, name);
}

/** Whether only NovaCron writes the metric. */
export function isReservedMetric(name: string): boolean {
  return isMeasuredMetric(name) || name === MEASURED_MEMBERS;
}
