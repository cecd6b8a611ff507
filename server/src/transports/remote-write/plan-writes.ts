/** Makes writes of metrics of what Prometheus sends. Pure. */

import { isReservedMetric, MetricName } from '@novacron/contract/formats/metric-name';
import { METRIC_SAMPLES_MAX } from '@novacron/contract/monitoring/metric-operations';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import type { SentSample, SentSeries } from './decode-write-request.ts';

/** Planned writes, and refused series. */
export interface PlannedWrites {
  /** Inputs of `metric.write`, which judges the targets. */
  readonly writes: readonly unknown[];
  /** Reasons for omitted series, a sentence each. */
  readonly refused: readonly string[];
}

type Sample = InputOf<'metric.write'>['samples'][number];

interface Target {
  readonly of: { readonly vm_id?: string; readonly vm_group_id?: string };
  readonly samples: Sample[];
  readonly names: Set<string>;
}

/** Sentences that are worth reading. */
const REFUSED_MAX = 10;

const MS_PER_SECOND = 1_000;

const VM_LABEL = 'vm_id';
const GROUP_LABEL = 'vm_group_id';
const LABELS: ReadonlySet<string> = new Set(['__name__', VM_LABEL, GROUP_LABEL]);

/**
 * Plans the writes: one for each target, or several where it has more samples than a write takes.
 * Labels other than those that choose the target are no part of a metric. Series that have some are
 * refused, because those of several senders would mix unnoticed, request by request.
 */
export function planWrites(sent: readonly SentSeries[]): PlannedWrites {
  const targets = new Map<string, Target>();
  const refused: string[] = [];
  for (const { labels, samples } of sent) {
    const name = labels.get('__name__') ?? '';
    const target = targetOf(targets, labels);
    const refusal = refuse(name, target) ?? refuseLabels(name, labels);
    if (refusal !== undefined) {
      refused.push(refusal);
      continue;
    }
    target.names.add(name);
    // Spread as arguments, thousands of samples would overflow the stack.
    for (const sample of firstOfSeconds(samples)) target.samples.push(toSample(name, sample));
  }
  const writes = [...targets.values()].flatMap(({ of, samples }) =>
    partsOf(samples).map((part) => ({ ...of, samples: part })),
  );
  const more = refused.length - REFUSED_MAX;
  const shown = refused.slice(0, REFUSED_MAX);
  return { writes, refused: more > 0 ? [...shown, `${more} more series are left out.`] : shown };
}

function targetOf(targets: Map<string, Target>, labels: ReadonlyMap<string, string>): Target {
  const [vm, group] = [labels.get(VM_LABEL), labels.get(GROUP_LABEL)];
  const key = `${vm ?? ''}/${group ?? ''}`;
  const known = targets.get(key);
  if (known !== undefined) return known;
  const of = {
    ...(vm !== undefined && { vm_id: vm }),
    ...(group !== undefined && { vm_group_id: group }),
  };
  const target: Target = { of, samples: [], names: new Set() };
  targets.set(key, target);
  return target;
}

function refuse(name: string, { names }: Target): string | undefined {
  if (!MetricName.safeParse(name).success) {
    return `${JSON.stringify(name)} does not end in a unit, such as _count, _ratio or _total.`;
  }
  if (isReservedMetric(name)) return `${name} is measured by NovaCron.`;
  return names.has(name)
    ? `${name} was sent several times for one target: add its series up by a recording rule.`
    : undefined;
}

function refuseLabels(name: string, labels: ReadonlyMap<string, string>): string | undefined {
  const others = [...labels.keys()].filter((label) => !LABELS.has(label));
  if (others.length === 0) return undefined;
  return (
    `${name} has the labels ${others.join(', ')}, so there may be several series of it: combine ` +
    `them by a recording rule, such as sum by (${GROUP_LABEL}) (…).`
  );
}

/**
 * A series has one value a second, the first one: others would be written to be left out. NaN marks
 * the end of a series, or that there is no value, so it is no sample.
 */
function firstOfSeconds(samples: readonly SentSample[]): Iterable<SentSample> {
  const bySecond = new Map<number, SentSample>();
  for (const sample of samples) {
    const second = Math.floor(sample.atMs / MS_PER_SECOND);
    if (!Number.isNaN(sample.value) && !bySecond.has(second)) bySecond.set(second, sample);
  }
  return bySecond.values();
}

function toSample(name: string, { value, atMs }: SentSample): Sample {
  return { name, value: toValue(value), at: new Date(atMs).toISOString() };
}

function toValue(value: number): Sample['value'] {
  if (Number.isFinite(value)) return value;
  return value > 0 ? '+Inf' : '-Inf';
}

function partsOf(samples: readonly Sample[]): readonly (readonly Sample[])[] {
  const count = Math.ceil(samples.length / METRIC_SAMPLES_MAX);
  return Array.from({ length: count }, (_, part) =>
    samples.slice(part * METRIC_SAMPLES_MAX, (part + 1) * METRIC_SAMPLES_MAX),
  );
}
