/** The rule of prometheus-adapter serves the metric that the autoscaler reads. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { findObject, KUBERNETES, renderOverlay } from './render-overlay.mjs';

const METRICS = resolve(import.meta.dirname, '../../../docs/observability.md');

/** Throws where the names differ, or Prometheus cannot read the query. */
export function checkMetricRule(directory) {
  const file = join(KUBERNETES, 'prometheus-adapter.yaml');
  const [rule] = parse(readFileSync(file, 'utf8')).rules.custom;
  const series = rule.seriesQuery.replace(/\{.*/, '');
  const { metrics } = findObject(
    renderOverlay('production'),
    'HorizontalPodAutoscaler',
    'novacron',
  ).spec;
  if (!readFileSync(METRICS, 'utf8').includes(`\`${series}\``)) {
    throw new Error(`servers have no metric ${series}`);
  }
  const read = metrics.find(({ type }) => type === 'Pods').pods.metric.name;
  const served = series.replace(new RegExp(rule.name.matches), rule.name.as);
  if (read !== served) throw new Error(`the autoscaler reads ${read}, the rule serves ${served}`);
  const expr = rule.metricsQuery
    .replaceAll('<<.Series>>', series)
    .replaceAll('<<.LabelMatchers>>', 'namespace="novacron"')
    .replaceAll('<<.GroupBy>>', 'pod');
  const rules = join(directory, 'rules.yaml');
  writeFileSync(rules, stringify({ groups: [{ name: 'a', rules: [{ record: 'a:b', expr }] }] }));
  execFileSync('promtool', ['check', 'rules', rules], { stdio: 'pipe' });
}
