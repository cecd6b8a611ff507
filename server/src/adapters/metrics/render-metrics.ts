/**
 * Renders metrics in the text formats of Prometheus and OpenMetrics. Prom-client renders a registry
 * in one format only, and renames its counters meanwhile.
 * Sources: https://prometheus.io/docs/instrumenting/exposition_formats/ and
 * https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
import type { OpenMetricsContentType, Registry } from 'prom-client';
import { z } from 'zod';

/** Format of the text. */
export type MetricsSyntax = 'prometheus' | 'open-metrics';

/** A registry that takes exemplars. */
export type ExemplarRegistry = Registry<OpenMetricsContentType>;

type Family = Awaited<ReturnType<ExemplarRegistry['getMetricsAsJSON']>>[number];
type Sample = Family['values'][number];

/** What samples of histograms have besides. */
const OfHistogram = z.looseObject({
  metricName: z.string().optional(),
  exemplar: z
    .object({
      labelSet: z.record(z.string(), z.string()),
      value: z.number(),
      timestamp: z.number(),
    })
    .nullish(),
});

const TOTAL = '_total';

/** Renders the metrics of registries; exemplars exist in OpenMetrics only. */
export async function renderMetrics(
  registries: readonly ExemplarRegistry[],
  syntax: MetricsSyntax,
): Promise<string> {
  const families = await Promise.all(registries.map((registry) => registry.getMetricsAsJSON()));
  const lines = families.flat().flatMap((family) => linesOf(family, syntax));
  return `${[...lines, ...(syntax === 'open-metrics' ? ['# EOF'] : [])].join('\n')}\n`;
}

/** Gauges of Node.js keep the suffix: without it, two families would have one name. */
function linesOf(family: Family, syntax: MetricsSyntax): readonly string[] {
  const { name, help } = family;
  const isCounter = String(family.type) === 'counter';
  const isTotal = syntax === 'open-metrics' && isCounter && name.endsWith(TOTAL);
  const shown = isTotal ? name.slice(0, -TOTAL.length) : name;
  return [
    `# HELP ${shown} ${escapeText(help)}`,
    `# TYPE ${shown} ${typeOf(family, syntax)}`,
    ...family.values.map((sample) => lineOf(name, sample, syntax)),
  ];
}

/** OpenMetrics has no counter without the suffix, and the name is the same in both formats. */
function typeOf({ name, type }: Family, syntax: MetricsSyntax): string {
  const word = String(type);
  const isUnknown = syntax === 'open-metrics' && word === 'counter' && !name.endsWith(TOTAL);
  return isUnknown ? 'unknown' : word;
}

function lineOf(name: string, sample: Sample, syntax: MetricsSyntax): string {
  const { metricName = name, exemplar } = OfHistogram.parse(sample);
  const pairs = pairsOf(sample.labels);
  const line = `${metricName}${pairs === '' ? '' : `{${pairs}}`} ${numberOf(sample.value)}`;
  if (exemplar == null || syntax === 'prometheus') return line;
  const { labelSet, value, timestamp } = exemplar;
  return `${line} # {${pairsOf(labelSet)}} ${numberOf(value)} ${timestamp}`;
}

function pairsOf(labels: Readonly<Record<string, unknown>>): string {
  return Object.entries(labels)
    .map(([label, word]) => `${label}="${escapeText(String(word)).replaceAll('"', '\\"')}"`)
    .join(',');
}

function numberOf(value: number): string {
  return String(value).replace('Infinity', 'Inf').replace(/^Inf/, '+Inf');
}

function escapeText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
