/** Forecasts of stored series: what is known, what is not, and whose models they are. */
import { describe, expect, test } from '@jest/globals';
import { MEASURED_MEMBERS } from '@novacron/contract/formats/metric-name';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { forecastSeries } from '@novacron/server/app/scaling/forecasts/forecast-series';
import type { MetricTarget } from '@novacron/server/ports/metric-series';
import { useBench } from '../test-kit/use-bench.ts';

const NAME = 'requests_per_second';
const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;

const daily = (atS: number) => 100 + 60 * Math.sin((2 * Math.PI * atS) / DAY_S);

describe('a forecast of a metric', () => {
  const bench = useBench();

  function tenantTarget(): MetricTarget {
    const { tenantId } = bench().admin;
    return { id: tenantId, tenantId, kind: 'tenant' };
  }

  /** Stores a sample of each step up to now. */
  async function fill(
    target: MetricTarget,
    { hours, stepS, name = NAME }: { hours: number; stepS: number; name?: string },
    valueAt = daily,
  ) {
    const nowS = Math.floor(bench().deps.clock.nowMs() / 1_000);
    const samples = Array.from({ length: (hours * HOUR_S) / stepS }, (_, back) => {
      const atS = nowS - back * stepS;
      return { name, atS, value: valueAt(atS) };
    }).toReversed();
    const { metricSeries } = bench().deps;
    expect(await metricSeries?.write([{ target, samples }], 'written')).toMatchObject({ ok: true });
  }

  const ask = (input: Partial<InputOf<'metric.forecast'>> = {}) =>
    bench().expectOk('metric.forecast', { name: NAME, ...input });

  test('continues its day, and says from which history, by what and how sure', async () => {
    await fill(tenantTarget(), { hours: 60, stepS: 300 });
    const found = await ask({ horizon: '6h' });
    expect(found).toMatchObject({
      known: true,
      reason: null,
      unit: 'per second',
      step_seconds: 300,
      horizon_seconds: 6 * HOUR_S,
      selection: 'ensemble',
    });
    expect(found.backtest?.accuracy_ratio).toBeGreaterThan(0.9);
    expect(found.times).toHaveLength(72);
    expect(found.times[0]).toBe(found.history_to);
    found.times.forEach((time, step) => {
      const expected = daily(Date.parse(time) / 1_000);
      expect(Math.abs((found.point[step] ?? 0) - expected)).toBeLessThan(12);
      expect(found.lower[step]).toBeLessThanOrEqual(found.point[step] ?? 0);
      expect(found.upper[step]).toBeGreaterThanOrEqual(found.point[step] ?? 0);
    });
  });

  test.each([
    ['30m', 60, 30],
    ['31m', 300, 7],
    ['24h', 900, 96],
  ])('of %s has steps of %d s, %d of them', async (horizon, stepS, steps) => {
    await fill(tenantTarget(), { hours: 30, stepS: 60 });
    const found = await ask({ horizon });
    expect(found).toMatchObject({ known: true, step_seconds: stepS });
    expect(found.point).toHaveLength(steps);
  });

  test('is not made up where there is no series, or a short one, or no sample lately', async () => {
    const nothing = { known: false, model: null, backtest: null, point: [], lower: [], upper: [] };
    expect(await ask()).toMatchObject({ ...nothing, reason: 'no_series', history_from: null });
    await fill(tenantTarget(), { hours: 0.25, stepS: 60 });
    const short = await ask();
    expect(short).toMatchObject({ ...nothing, reason: 'too_short' });
    expect(short.history_from).not.toBeNull();
    expect(short.explanation).toEqual([expect.stringContaining('fewer than 20 steps')]);
    const dead = 'queue_length_count';
    await fill(tenantTarget(), { hours: 5, stepS: 60, name: dead });
    expect(await ask({ name: dead, horizon: '12h' })).toMatchObject({ reason: 'too_short' });
    expect(await ask({ name: dead })).toMatchObject({ known: true });
    await bench().advance(16 * 60_000);
    expect(await ask({ name: dead })).toMatchObject({ ...nothing, reason: 'stale' });
  });

  test('has gaps that are filled, until most of it is missing', async () => {
    // The newest sample is of a step that has not ended.
    await fill(tenantTarget(), { hours: 10, stepS: 120 });
    expect(await ask()).toMatchObject({ known: true, history_values: 299 });
    await fill(tenantTarget(), { hours: 10, stepS: 240, name: 'queue_length_count' });
    const sparse = await ask({ name: 'queue_length_count' });
    expect(sparse).toMatchObject({ known: false, reason: 'too_many_gaps' });
  });

  test('of a counter is of its growth', async () => {
    await fill(tenantTarget(), { hours: 6, stepS: 60, name: 'orders_total' }, (atS) => atS * 3);
    const found = await ask({ name: 'orders_total' });
    expect(found).toMatchObject({ known: true, unit: 'count per second', kind: 'counter' });
    expect(found.point[0]).toBeCloseTo(3, 3);
  });

  test('has models of its own that are stored, kept for a day and renewed', async () => {
    await fill(tenantTarget(), { hours: 40, stepS: 300 });
    const first = await ask({ horizon: '2h' });
    const [row] = await bench().store.read({ from: 'forecast_selections' });
    expect(row).toMatchObject({ tenant_id: bench().admin.tenantId, metric: NAME, step_s: 300 });
    await bench().advance(10 * 60_000);
    await fill(tenantTarget(), { hours: 0.25, stepS: 300 });
    expect(await ask({ horizon: '2h' })).toMatchObject({ selected_at: first.selected_at });
    // Another horizon of the same steps has the same models; another step has others.
    expect(await ask({ horizon: '6h' })).toMatchObject({ selected_at: first.selected_at });
    // Seasons that are named are not stored.
    await ask({ horizon: '2h', seasons: ['12h'] });
    expect(await bench().store.read({ from: 'forecast_selections' })).toHaveLength(1);
    await bench().skip(DAY_S * 1_000);
    await fill(tenantTarget(), { hours: 24, stepS: 300 });
    const renewed = await ask({ horizon: '2h' });
    expect(Date.parse(String(renewed.selected_at))).toBeGreaterThan(
      Date.parse(String(first.selected_at)),
    );
    const { items } = await bench().expectOk('model.forecasts', { metric: [NAME] });
    expect(items).toMatchObject([
      { version: 2, reason: 'renewed', step_seconds: 300, earlier: [{ reason: 'first' }] },
    ]);
    expect(items[0]?.models.length).toBeGreaterThan(0);
    expect(items[0]?.rule).toMatch(/naive/);
    // Networks compete from the first renewal on.
    const namesIn = (found: typeof first) => found.backtest?.models.map(({ model }) => model);
    expect(namesIn(first)).not.toContain('lstm');
    expect(namesIn(renewed)).toEqual(expect.arrayContaining(['mlp', 'lstm', 'log-ridge']));
  });

  test('selects again where a stored selection is damaged, or of another tenant', async () => {
    await fill(tenantTarget(), { hours: 8, stepS: 60 });
    await ask();
    const [row] = await bench().store.read({ from: 'forecast_selections' });
    if (row === undefined) throw new Error('a selection is stored');
    await bench().store.commit([
      { kind: 'put', into: 'forecast_selections', row: { ...row, selection_json: '{"kind"' } },
    ]);
    expect(await ask()).toMatchObject({ known: true });
    const [mended] = await bench().store.read({ from: 'forecast_selections' });
    expect(JSON.parse(String(mended?.selection_json))).toMatchObject({ kind: 'ensemble' });
    await bench().store.commit([
      { kind: 'put', into: 'forecast_selections', row: { ...row, tenant_id: 'tnt_other' } },
    ]);
    expect(await ask()).toMatchObject({ known: true });
    const [own] = await bench().store.read({ from: 'forecast_selections' });
    expect(own?.tenant_id).toBe(bench().admin.tenantId);
  });

  test('is refused for an unknown target, and for a horizon beyond three days', async () => {
    const other = 'vmg_01jd3v6t7re3h8z9k2m4n5p6q7';
    const input = { vm_group_id: other, name: NAME } as const;
    expect(await bench().expectProblem('metric.forecast', input)).toMatchObject({
      code: 'not-found',
    });
    const far = { name: NAME, horizon: '73h' };
    expect(await bench().expectProblem('metric.forecast', far)).toMatchObject({
      code: 'validation-failed',
      fields: [{ path: ['horizon'] }],
    });
  });

  test('is what scaling gets, and nothing where nothing is known', async () => {
    const target = tenantTarget();
    const question = { target, name: NAME, horizonMs: 30 * 60_000 };
    const nowMs = bench().deps.clock.nowMs();
    expect(await forecastSeries(bench().deps, question, nowMs)).toBeUndefined();
    await fill(target, { hours: 20, stepS: 60 });
    const found = await forecastSeries(bench().deps, question, nowMs);
    const shown = await ask();
    expect(found).toMatchObject({ stepMs: 60_000, model: shown.model });
    expect(found?.startMs).toBe(Date.parse(String(shown.times[0])));
    expect(found?.point).toHaveLength(30);
    expect(found?.accuracyRatio).toBeGreaterThan(0.9);
  });

  test('of the load of a group is of its mean times its members', async () => {
    const target = tenantTarget();
    const metric = 'cpu_utilization_ratio';
    const question = { target, name: metric, factor: MEASURED_MEMBERS, horizonMs: HOUR_S * 1_000 };
    const membersAt = (atS: number) => 2 + (Math.floor(atS / HOUR_S) % 3);
    const history = { hours: 60, stepS: 300 };
    await fill(target, { ...history, name: metric }, (atS) => daily(atS) / membersAt(atS));
    const ask = () => forecastSeries(bench().deps, question, bench().deps.clock.nowMs());
    // Nothing is guessed of the number of members.
    expect(await ask()).toBeUndefined();
    await fill(target, { ...history, name: MEASURED_MEMBERS }, membersAt);
    const found = await ask();
    expect(found?.point).toHaveLength(12);
    found?.point.forEach((load, step) => {
      const atS = (found.startMs + step * found.stepMs) / 1_000;
      expect(Math.abs(load - daily(atS))).toBeLessThan(12);
    });
  });

  test('of a group follows the named days of its calendar, by hours of long ago', async () => {
    const nowS = Math.floor(bench().deps.clock.nowMs() / 1_000);
    const dateOf = (atS: number) => new Date(atS * 1_000).toISOString().slice(0, 10);
    const [today, before] = [dateOf(nowS), [dateOf(nowS - 30 * DAY_S), dateOf(nowS - 59 * DAY_S)]];
    const sale = { name: 'sale', dates: [...before, today, dateOf(nowS + DAY_S)] };
    const made = await bench().expectOk('vm_group.create', {
      name: 'web',
      vm: { cpu_cores: 1, memory_gb: 1, disk_gb: 5 },
      min_size: 1,
      max_size: 2,
      scaling: {
        mode: 'recommend',
        rules: [{ kind: 'target', metric: NAME, value: 1_000 }],
        prediction: { horizon: '30m', calendar: [sale] },
      },
    });
    await bench().end(made.operation);
    const { tenantId } = bench().admin;
    const target: MetricTarget = { id: made.resource.id, tenantId, kind: 'vm_group' };
    const valueAt = (atS: number) => daily(atS) * (sale.dates.includes(dateOf(atS)) ? 3 : 1);
    await fill(target, { hours: 90 * 24, stepS: HOUR_S }, valueAt);
    await fill(target, { hours: 15 * 24, stepS: 300 }, valueAt);
    await fill(target, { hours: 2, stepS: 60 }, valueAt);
    const found = await ask({ vm_group_id: made.resource.id, horizon: '6h' });
    expect(found.calendar[0]).toMatchObject({
      name: 'sale',
      starts_at: `${today}T00:00:00.000Z`,
      earlier_days: 2,
      state: 'learnt',
    });
    expect(found.calendar[0]?.ratio).toBeGreaterThan(1.7);
    expect(found.explanation.join('\n')).toContain('by 2 earlier days of that name');
    // The sale runs, and models know how it goes: two earlier days count two thirds.
    const last = found.times.findLastIndex((time) => time.startsWith(today));
    const expected = valueAt(Date.parse(String(found.times[last])) / 1_000);
    expect(Math.abs((found.point[last] ?? 0) - expected)).toBeLessThan(0.4 * expected);
    const explained = await bench().expectOk('vm_group.explain', { id: made.resource.id });
    expect(explained.explanation.join('\n')).toContain('The named day sale');
    // Another metric of the same tenant has no calendar.
    await fill(tenantTarget(), { hours: 20, stepS: 60 });
    expect((await ask()).calendar).toEqual([]);
  });

  test('fails alone where the thread is closed', async () => {
    await fill(tenantTarget(), { hours: 2, stepS: 60 });
    await bench().deps.forecasts?.close();
    expect(await bench().expectProblem('metric.forecast', { name: NAME })).toMatchObject({
      code: 'unavailable',
    });
  });
});
