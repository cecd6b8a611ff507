/**
 * Records what another system measures of VM groups: its values become series, so that decisions,
 * forecasts and queries read one kind of series. A source that is away leaves gaps, which are
 * unknown.
 */
import { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import type { MetricSample, MetricTarget } from '../../../ports/metric-series.ts';
import type { MetricSource, SourceQuestion, SourceSample } from '../../../ports/metric-source.ts';
import { readPages } from '../../kernel/lists/read-pages.ts';
import type { Reconciler } from '../../kernel/reconcilers/reconciler.ts';
import { desiredAs, mapReadable } from '../../rows/answer-resource.ts';
import type { CapabilityDeps } from '../deps.ts';

/** Recording interval; agents measure at the same interval. Unit: ms. */
const RECORD_MS = 30_000;

const MS_PER_SECOND = 1_000;

/** Groups that are read at once. */
const GROUPS_PER_PAGE = 200;

/** Queries that are under way at the same time: Prometheus runs 20 by default. */
const AT_ONCE_MAX = 4;

/** The labels that say of what a value is. */
const GROUP_LABEL = 'vm_group_id';
const VM_LABEL = 'vm_id';

/** Dependencies of recording. */
export type QueryDeps = Pick<
  CapabilityDeps,
  'store' | 'clock' | 'logger' | 'telemetry' | 'metricSeries'
>;

/** Records them: each metric for the tenants of which a group has a rule about it. */
export function queryRecords(deps: QueryDeps, source: MetricSource): Reconciler {
  /** Position at which a round continues after one that ended early. */
  let next = 0;
  let isFailing = false;
  return {
    name: 'metric-queries',
    summary: 'Asks a Prometheus for the metrics that VM groups scale by, and records them.',
    everyMs: RECORD_MS,
    lease: 'reconcilers',
    run: async ({ mayContinue }) => {
      const groups = await readGroups(deps, source.metrics, mayContinue);
      const targets = await readTargets(deps, groups);
      const questions = questionsOf(groups);
      const first = questions.length === 0 ? 0 : next % questions.length;
      const turned = [...questions.slice(first), ...questions.slice(0, first)];
      let asked = 0;
      for (; asked < turned.length && mayContinue(); asked += AT_ONCE_MAX) {
        const some = turned.slice(asked, asked + AT_ONCE_MAX);
        const fault = await record({ deps, source, targets }, some);
        if (fault !== undefined && !isFailing) deps.logger.warn({ fault }, 'metrics are unknown');
        isFailing = fault !== undefined;
      }
      next = asked >= turned.length ? 0 : first + asked;
      return undefined;
    },
  };
}

/** A group with rules about metrics of the source. */
interface QueriedGroup {
  readonly id: string;
  readonly tenantId: string;
  readonly metrics: readonly string[];
}

async function readGroups(
  { store }: QueryDeps,
  known: readonly string[],
  mayContinue: () => boolean,
): Promise<readonly QueriedGroup[]> {
  const read = (after: string) =>
    store.read({
      from: 'vm_groups',
      where: { id: { above: after } },
      limit: GROUPS_PER_PAGE,
      damaged: 'blank',
    });
  const groups: QueriedGroup[] = [];
  for await (const rows of readPages({ length: GROUPS_PER_PAGE, read, mayContinue })) {
    const found = mapReadable(rows, (row) => {
      const rules = desiredAs(row, VmGroupSpec).scaling?.rules ?? [];
      const metrics = known.filter((metric) => rules.some((rule) => rule.metric === metric));
      return { id: row.id, tenantId: row.tenant_id, metrics };
    });
    groups.push(...found.filter(({ metrics }) => metrics.length > 0));
  }
  return groups;
}

/** The groups and their members by id: of others nothing is recorded. */
async function readTargets(
  { store }: QueryDeps,
  groups: readonly QueriedGroup[],
): Promise<ReadonlyMap<string, MetricTarget>> {
  const targets = new Map<string, MetricTarget>();
  for (const { id, tenantId } of groups) targets.set(id, { id, tenantId, kind: 'vm_group' });
  if (groups.length === 0) return targets;
  for (const { id, group_id: groupId } of await store.read({ from: 'vm_group_members' })) {
    const group = targets.get(groupId);
    if (group !== undefined) targets.set(id, { id, tenantId: group.tenantId, kind: 'vm' });
  }
  return targets;
}

/** Each metric once for each tenant. */
function questionsOf(groups: readonly QueriedGroup[]): readonly Omit<SourceQuestion, 'atS'>[] {
  const questions = new Map<string, Omit<SourceQuestion, 'atS'>>();
  for (const { tenantId, metrics } of groups) {
    for (const metric of metrics) questions.set(`${tenantId}/${metric}`, { tenantId, metric });
  }
  return [...questions.values()];
}

interface Round {
  readonly deps: QueryDeps;
  readonly source: MetricSource;
  readonly targets: ReadonlyMap<string, MetricTarget>;
}

/** Asks, and writes what is answered. @returns what failed, in words; undefined: nothing */
async function record(
  { deps, source, targets }: Round,
  questions: readonly Omit<SourceQuestion, 'atS'>[],
): Promise<string | undefined> {
  const atS = Math.floor(deps.clock.nowMs() / MS_PER_SECOND);
  const byTarget = new Map<string, { readonly target: MetricTarget; samples: MetricSample[] }>();
  const count = (outcome: string, by: number) =>
    deps.telemetry.count('novacron_metric_samples_total', { source: 'queried', outcome }, by);
  let fault: string | undefined;
  const answers = await Promise.all(
    questions.map(async (question) => ({
      question,
      found: await source.read({ ...question, atS }),
    })),
  );
  for (const { question, found } of answers) {
    if (!found.ok) {
      fault = found.error.detail;
      count('missing', 1);
      continue;
    }
    const values = valuesOf(found.value, { ...question, targets });
    count('left_out', found.value.length - values.size);
    for (const [target, value] of values) {
      const own = byTarget.get(target.id) ?? { target, samples: [] };
      own.samples.push({ name: question.metric, atS, value });
      byTarget.set(target.id, own);
    }
  }
  const batch = [...byTarget.values()];
  if (batch.length === 0) return fault;
  const done = await deps.metricSeries?.write(batch, 'measured');
  const samples = batch.reduce((sum, each) => sum + each.samples.length, 0);
  count(done?.ok === true ? 'stored' : 'failed', samples);
  return done?.ok === false ? done.error.detail : fault;
}

/**
 * The value of each target: what is of another tenant, of none, or not a number is left out. Of
 * several values of a target none counts: which one is meant is not known.
 */
function valuesOf(
  samples: readonly SourceSample[],
  { tenantId, targets }: { readonly tenantId: string } & Pick<Round, 'targets'>,
): ReadonlyMap<MetricTarget, number> {
  const values = new Map<MetricTarget, number>();
  const several = new Set<MetricTarget>();
  for (const { labels, value } of samples) {
    const target = targets.get(labels[VM_LABEL] ?? labels[GROUP_LABEL] ?? '');
    if (target?.tenantId !== tenantId || !Number.isFinite(value)) continue;
    if (values.has(target)) several.add(target);
    values.set(target, value);
  }
  for (const target of several) values.delete(target);
  return values;
}
