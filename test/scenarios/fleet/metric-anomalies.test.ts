/** Anomalies of stored series: on request, and as alerts of watched metrics. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { metricWatches } from '@novacron/server/app/automation/metric-watches/score-watches';
import type { ReconcilerBudget } from '@novacron/server/app/kernel/reconcilers/reconciler';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const NAME = 'queue_length_count';
const LATER = 'answer_time_seconds';
const STEP_S = 300;
const DAY_S = 86_400;

const bench = useBench();

const nowS = () => Math.floor(bench().deps.clock.nowMs() / 1_000);

/** A day's wave, and what differs from hour to hour. */
const usual = (atS: number) =>
  50 + 20 * Math.sin((2 * Math.PI * atS) / DAY_S) + ((atS * 7_919) % 997) / 500;

/** Stores samples of the tenant, a step apart, up to now. */
async function fill(days: number, valueAt = usual, name = NAME) {
  const { tenantId } = bench().admin;
  const target = { id: tenantId, tenantId, kind: 'tenant' } as const;
  const endS = nowS();
  const samples = Array.from({ length: (days * DAY_S) / STEP_S }, (_, back) => {
    const atS = endS - back * STEP_S;
    return { name, atS, value: valueAt(atS) };
  }).toReversed();
  const written = await bench().deps.metricSeries?.write([{ target, samples }], 'written');
  expect(written).toMatchObject({ ok: true });
}

describe('metric.anomalies', () => {
  test('shows unusual steps with what was expected and why, from how many rows', async () => {
    const spikeS = nowS() - 3_600;
    await fill(4, (atS) => (atS === spikeS ? 200 : usual(atS)));
    const found = await bench().expectOk('metric.anomalies', { name: NAME, threshold: 0.999 });
    expect(found).toMatchObject({ known: true, step_seconds: STEP_S, rows: 1151 });
    expect(found.points).toEqual([
      {
        at: new Date(Math.floor(spikeS / STEP_S) * STEP_S * 1_000).toISOString(),
        value: 200,
        score: expect.closeTo(1, 3),
        expected: expect.any(Number),
        reason: expect.stringContaining('rarely as high as this'),
      },
    ]);
    expect(found.points[0]?.expected).toBeLessThan(80);
    expect(found.explanation).toEqual([
      'Steps that score at least 0.999: 1, judged from 1151 steps of 300 s that have a value.',
    ]);
  });

  test('scores nothing from too few rows, and says so', async () => {
    await fill(0.125);
    const found = await bench().expectOk('metric.anomalies', { name: NAME });
    expect(found).toMatchObject({ known: false, rows: 35, points: [] });
    expect(found.explanation[0]).toMatch(/^Only 35 steps of 300 s have a value, and at least 62/);
    const absent = await bench().expectProblem('metric.anomalies', { name: LATER });
    expect(absent.code).toBe('not-found');
  });
});

test('metric.correlate finds what follows a metric, of the same target or others', async () => {
  const jitter = (atS: number) => ((Math.floor(atS / STEP_S) * 7_919) % 997) / 100;
  await fill(1, (atS) => usual(atS) + jitter(atS));
  await fill(1, (atS) => 3 * jitter(atS - 2 * STEP_S), LATER);
  const found = await bench().expectOk('metric.correlate', { name: NAME, from: '20h' });
  expect(found.correlations).toMatchObject([
    { name: LATER, target: 'the tenant', verdict: 'correlated', lag_steps: 2, lag_seconds: 600 },
  ]);
  expect(found.explanation.at(-1)).toContain('Correlation is not cause');
  const others = [{ name: 'absent_count' }];
  const absent = await bench().expectProblem('metric.correlate', { name: NAME, others });
  expect(absent.detail).toBe('the tenant has no metric absent_count.');
});

describe('a watched metric', () => {
  /** Time that has passed for the reconcilers of a test. */
  let passedS = 0;
  beforeEach(() => {
    passedS = 0;
  });

  const laterS = () => nowS() + passedS;

  /** Judges as a server does that has just started. */
  function startServer(isLeader = () => true): () => Promise<unknown> {
    const { clock, ...deps } = bench().deps;
    const later = { ...clock, nowMs: () => clock.nowMs() + passedS * 1_000 };
    const reconciler = metricWatches({ deps: { ...deps, clock: later } });
    const guard: ReconcilerBudget['guard'] = () => ({
      kind: 'require-none',
      of: 'tenants',
      where: { id: isLeader() ? '' : bench().admin.tenantId },
      otherwise: problem('conflict', { detail: 'lost', remedy: 'none' }),
    });
    const lease = { holdsLease: isLeader, progress: () => 0, noteProgress: () => undefined };
    return () => reconciler.run({ ...lease, guard, mayContinue: () => true });
  }

  /** Stores a sample of each step, or none for NaN, and has a round after each. */
  async function measure(round: () => Promise<unknown>, steps: number, valueAt = usual) {
    const { tenantId } = bench().admin;
    const target = { id: tenantId, tenantId, kind: 'tenant' } as const;
    for (let step = 0; step < steps; step += 1) {
      passedS += STEP_S;
      const atS = laterS() - 120;
      const value = valueAt(atS);
      if (!Number.isNaN(value)) {
        const samples = [{ name: NAME, atS, value }];
        await bench().deps.metricSeries?.write([{ target, samples }], 'written');
      }
      await round();
    }
  }

  const alerts = async () => (await bench().expectOk('alert.list', {})).items;

  const eventsOf = async (type: string) => bench().store.read({ from: 'events', where: { type } });

  test('has one alert while an anomaly lasts, over a restart, and none after it', async () => {
    await fill(3);
    await bench().expectOk('metric.watch', { name: NAME, severity: 'critical' });
    const round = startServer();
    await measure(round, 2);
    expect(await alerts()).toEqual([]);
    await measure(round, 2, () => 200);
    const [alert, ...others] = await alerts();
    expect(others).toEqual([]);
    expect(alert).toMatchObject({
      source: 'metric',
      state: 'open',
      severity: 'critical',
      metric: NAME,
      policy: null,
      rule: 'anomaly',
      target_kind: 'tenant',
      message: `${NAME} of the tenant is unusual: 200`,
      count: 1,
    });
    expect(alert?.because).toEqual([
      expect.stringContaining('was expected'),
      expect.stringMatching(/^Score 0[.]999\d+: about 1 step in [\d,]+, judged from 8\d\d steps/),
    ]);
    const restarted = startServer();
    await measure(restarted, 2, () => 200);
    expect(await alerts()).toMatchObject([{ id: alert?.id, state: 'open', count: 1 }]);
    await measure(restarted, 60);
    expect(await alerts()).toMatchObject([{ id: alert?.id, state: 'resolved', count: 1 }]);
    // Workflows start by these, as by those of other alerts.
    expect(await eventsOf('alert.opened')).toMatchObject([{ target: alert?.id }]);
    expect(await eventsOf('alert.resolved')).toHaveLength(1);
  });

  test('is judged once by two servers, and not by one that has lost its lease', async () => {
    await fill(3);
    await bench().expectOk('metric.watch', { name: NAME });
    await measure(
      startServer(() => false),
      1,
      () => 200,
    );
    expect(await alerts()).toEqual([]);
    const [first, second] = [startServer(), startServer()];
    await measure(
      () => Promise.all([first(), second()]),
      2,
      () => 200,
    );
    expect(await alerts()).toMatchObject([{ count: 1 }]);
    expect(await eventsOf('alert.opened')).toHaveLength(1);
  });

  test('has an alert of its own kind once it reports no more, until it does again', async () => {
    await fill(3);
    await bench().expectOk('metric.watch', { name: NAME });
    const round = startServer();
    await measure(round, 1);
    const lastS = laterS() - 120;
    await measure(round, 5, () => Number.NaN);
    const since = new Date(lastS * 1_000).toISOString();
    expect(await alerts()).toMatchObject([
      {
        rule: 'no-samples',
        message: `${NAME} of the tenant has no samples since ${since}`,
        because: ['Before that, a sample came every 5m.'],
        count: 1,
      },
    ]);
    await measure(round, 1);
    expect(await alerts()).toMatchObject([{ rule: 'no-samples', state: 'resolved' }]);
  });

  test('has none while its group has no members that could be measured', async () => {
    const vm = { cpu_cores: 1, memory_gb: 0.5, disk_gb: 1 };
    const at = new Date(bench().deps.clock.nowMs() + 3_600_000);
    const cron = `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`;
    const schedules = [{ cron, duration: '10m', min_size: 0, max_size: 0 }];
    const scaling = { shrink_window: '0s', schedules };
    const group = { name: 'web', vm, min_size: 1, max_size: 1, scaling };
    const { resource } = await bench().expectOk('vm_group.create', group);
    await bench().endAll();
    const { tenantId } = bench().admin;
    const target = { id: resource.id, tenantId, kind: 'vm_group' } as const;
    const samples = [{ name: 'cpu_utilization_ratio', atS: nowS() - 5 * DAY_S, value: 0.5 }];
    await bench().deps.metricSeries?.write([{ target, samples }], 'measured');
    const watch = { vm_group_id: resource.id, name: 'cpu_utilization_ratio' };
    await bench().expectOk('metric.watch', watch);
    passedS = 2 * STEP_S;
    await startServer()();
    expect(await alerts()).toMatchObject([{ rule: 'no-samples', state: 'open' }]);
    await bench().skip(3_600_000);
    await bench().advance(120_000);
    const { size } = await bench().expectOk('vm_group.get', { id: resource.id });
    expect(size).toBe(0);
    await startServer()();
    expect(await alerts()).toMatchObject([{ rule: 'no-samples', state: 'resolved' }]);
  });

  test('is listed until it is not watched any more, which resolves its alert', async () => {
    await fill(3);
    const watch = { name: NAME, threshold: 0.99 };
    const made = await bench().expectOk('metric.watch', watch);
    await bench().expectOk('metric.watch', { ...watch, severity: 'info' });
    const listed = await bench().expectOk('metric.watches', {});
    expect(listed.items).toEqual([{ ...made.resource, severity: 'info' }]);
    await measure(startServer(), 2, () => 200);
    expect(await alerts()).toMatchObject([{ state: 'open', severity: 'info' }]);
    await bench().expectOk('metric.unwatch', { name: NAME });
    expect(await alerts()).toMatchObject([{ state: 'resolved' }]);
    const gone = await bench().expectProblem('metric.unwatch', { name: NAME });
    expect(gone.detail).toBe(`${NAME} of the tenant is not watched.`);
  });

  test('is one of 50 at most, of the tenant only, and ends with its VM', async () => {
    const { id: vm_id } = await makeVm(bench());
    const names = Array.from({ length: 50 }, (_, at) => `m${at}_count`);
    const samples = [NAME, ...names].map((name) => ({ name, value: 1 }));
    await bench().expectOk('metric.write', { vm_id, samples });
    for (const name of names) await bench().expectOk('metric.watch', { vm_id, name });
    const refused = await bench().expectProblem('metric.watch', { vm_id, name: NAME });
    expect(refused).toMatchObject({
      code: 'quota-exceeded',
      detail: 'The tenant watches 50 metrics, which is the most.',
    });
    const made = await bench().expectOk('tenant.create', { name: 'watches-other' });
    const other = await bench().application.authenticate(made.secret ?? '');
    if (!other.ok) throw new Error(other.error.detail);
    const as = { principal: other.value };
    expect((await bench().expectOk('metric.watches', {}, as)).items).toEqual([]);
    const theirs = await bench().expectProblem('metric.watch', { vm_id, name: NAME }, as);
    expect(theirs.code).toBe('not-found');
    const deleted = await bench().expectOk('vm.delete', { id: vm_id });
    await bench().end(deleted.operation);
    passedS = STEP_S;
    await startServer()();
    expect((await bench().expectOk('metric.watches', {})).items).toEqual([]);
  });
});
