/** VM groups that NovaCron scales by rules over metrics, schedules and bounds. */
import { describe, expect, test } from '@jest/globals';
import type { VmGroupId } from '@novacron/contract/ids';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { waitUntil } from '@novacron/testing/wait-until';
import type { CallAs } from '../test-kit/start-bench.ts';
import { useBench } from '../test-kit/use-bench.ts';

const SIZE = { cpu_cores: 1, memory_gb: 1, disk_gb: 4 };
const LOAD = 'queue_length_count';
const MINUTE_MS = 60_000;
const REQUESTS = { kind: 'target', metric: LOAD, value: 10 } as const;

type Scaling = NonNullable<InputOf<'vm_group.create'>['scaling']>;

const bench = useBench({
  fleet: {
    nodes: ['node-a', 'node-b'].map((name) => ({
      name,
      zone: 'zone-a',
      rack: 'rack-a',
      cpu_cores: 8,
      memory_gb: 16,
      disk_gb: 200,
    })),
    storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
  },
});

function scalingOf(more: Scaling = {}): Scaling {
  return { rules: [REQUESTS], cooldown: '1m', shrink_window: '2m', warm_up: '30s', ...more };
}

async function makeGroup(more: Partial<InputOf<'vm_group.create'>> = {}) {
  const scaling = scalingOf();
  const asked = { name: 'web', vm: SIZE, min_size: 2, max_size: 5, scaling, ...more };
  const made = await bench().expectOk('vm_group.create', asked);
  expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded' });
  return { ...made, id: made.resource.id };
}

/** Writes the load of a group twice a minute, as its application would. */
async function load(id: VmGroupId, value: number, minutes: number) {
  for (let half = 0; half < minutes * 2; half += 1) {
    await bench().expectOk('metric.write', {
      vm_group_id: id,
      samples: [{ name: LOAD, value }],
    });
    await bench().advance(MINUTE_MS / 2);
  }
}

async function sizeOf(id: VmGroupId) {
  return (await bench().expectOk('vm_group.get', { id })).size;
}

async function events(id: VmGroupId) {
  return (await bench().expectOk('scaling_event.list', { group_id: id })).items;
}

describe('a group with a target', () => {
  test('grows from 2 to 5 with its load and shrinks to 2 again, and says why', async () => {
    const { id } = await makeGroup();
    // Simulated VMs start at once otherwise, and the change would take no time.
    for (const driver of bench().fleet.drivers.values()) {
      driver.faults.add({ action: 'start', kind: 'fail-retry' });
    }
    await load(id, 45, 3);
    expect(await bench().expectOk('vm_group.get', { id })).toMatchObject({
      size: 5,
      ready_size: 5,
      status: 'ready',
      desired_size: null,
    });
    const [grown] = await events(id);
    expect(grown).toMatchObject({
      trigger_type: 'target',
      rule: LOAD,
      from: 2,
      to: 5,
      outcome: 'succeeded',
      metrics: { [LOAD]: 45, size: 2 },
      prediction: null,
    });
    expect(grown?.reason).toBe(
      'web grows from 2 to 5 members by what is measured. Allowed are 2 to 5.',
    );
    await load(id, 5, 8);
    expect(await sizeOf(id)).toBe(2);
    const all = await events(id);
    expect(all.map(({ from, to }) => [from, to])).toEqual([
      [5, 2],
      [2, 5],
    ]);
    const names = (await bench().expectOk('vm.list', {})).items.map(({ name }) => name).sort();
    expect(names).toEqual(['web-1', 'web-2']);
    const status = await bench().expectOk('scaling.status', {});
    expect(status).toMatchObject({
      groups: [{ group: 'web', mode: 'apply', size: 2, next_size: 2 }],
      holds: [],
      total_scaling_actions: 2,
      successful_scaling_actions: 2,
      model_accuracy: null,
      predictions: 0,
    });
    expect(status.average_scaling_time).toBeGreaterThan(0);
  });

  test('saves what its greatest size would have cost all the time, by the ledger', async () => {
    const status = (as: CallAs = {}) => bench().expectOk('scaling.status', {}, as);
    const list = { name: 'standard', currency: 'EUR', generic: { cpu_core: 1, memory_gb: 0 } };
    await bench().expectOk('price_list.create', list);
    const { id, resource } = await makeGroup();
    await load(id, 45, 3);
    await load(id, 5, 5);
    expect(await sizeOf(id)).toBe(2);
    await bench().skip(10 * 60 * MINUTE_MS);
    // All that costs anything is a member, at 1 EUR per hour.
    const { total } = await bench().expectOk('cost.report', { from: resource.created_at });
    const hours = (bench().deps.clock.nowMs() - Date.parse(resource.created_at)) / 3_600_000;
    const saved = 5 * hours - total;
    const found = await status();
    expect(found).toMatchObject({ currency: 'EUR', counterfactual: 'fixed_at_peak' });
    expect(found.total_cost_savings).toBeCloseTo(saved, 4);
    expect(found.total_cost_savings).toBeGreaterThan(25);
    expect(found.average_roi).toBeCloseTo(saved / total, 4);
    const figures = { cost_savings: found.total_cost_savings, roi: found.average_roi };
    expect(found.groups).toMatchObject([{ group: 'web', ...figures }]);
    const made = await bench().expectOk('tenant.create', { name: 'blue' });
    const other = await bench().application.authenticate(made.secret ?? '');
    if (!other.ok) throw new Error(other.error.detail);
    const seen = await status({ principal: other.value });
    expect(seen).toMatchObject({ groups: [], total_cost_savings: 0, average_roi: null });
  });

  test('has no known savings where the ledger begins after it', async () => {
    await makeGroup();
    const unknown = { total_cost_savings: null, average_roi: null };
    const groups = [{ cost_savings: null, roi: null }];
    const shown = () => bench().expectOk('scaling.status', {});
    expect(await shown()).toMatchObject({ ...unknown, groups, currency: null });
    const list = { name: 'standard', currency: 'EUR', generic: { cpu_core: 1, memory_gb: 0 } };
    await bench().expectOk('price_list.create', list);
    await bench().advance(2 * MINUTE_MS);
    expect(await shown()).toMatchObject({ ...unknown, groups, currency: 'EUR' });
  });

  test('keeps its size while automation of all tenants is held, and grows afterwards', async () => {
    const { id } = await makeGroup();
    await bench().expectOk('automation.hold', { reason: 'restored', all: true });
    await load(id, 45, 3);
    expect(await sizeOf(id)).toBe(2);
    await bench().expectOk('automation.release', { all: true });
    await load(id, 45, 3);
    expect(await sizeOf(id)).toBe(5);
  });

  test('keeps its size while nothing is known of its load, and publishes that once', async () => {
    const { id } = await makeGroup();
    await load(id, 45, 3);
    await bench().advance(30 * MINUTE_MS);
    expect(await sizeOf(id)).toBe(5);
    const explained = await bench().expectOk('vm_group.explain', { id });
    expect(explained).toMatchObject({
      next_size: 5,
      rules: [
        { metric: LOAD, state: 'unknown', value: null },
        { metric: 'cpu_utilization_ratio', kind: 'threshold', state: 'known' },
      ],
    });
    const found = await bench().expectOk('event.list', { type: ['vm_group.metrics_unknown'] });
    expect(found.items).toHaveLength(1);
  });

  test('recommends a size of members, unless their use decides how many there are', async () => {
    const { id } = await makeGroup({
      scaling: scalingOf({
        rules: [{ kind: 'target', metric: 'cpu_utilization_ratio', value: 0.9 }],
      }),
    });
    const nowS = Math.floor(bench().deps.clock.nowMs() / 1_000);
    const samples = Array.from({ length: 288 }, (_, step) => {
      return { name: 'memory_utilization_ratio', atS: nowS - 300 * (288 - step), value: 0.5 };
    });
    const target = { id, tenantId: bench().admin.tenantId, kind: 'vm_group' } as const;
    await bench().deps.metricSeries?.write([{ target, samples }], 'measured');
    const { rightsizing } = await bench().expectOk('vm_group.explain', { id });
    expect(rightsizing).toMatchObject({
      cpu_cores: { verdict: 'unknown', configured: SIZE.cpu_cores },
      memory_gb: { configured: SIZE.memory_gb, verdict: 'keep', used_max: 0.5 },
    });
    expect(rightsizing?.explanation[0]).toContain('the members of web');
    expect(rightsizing?.explanation[0]).toContain('the number of members does');
    const off = await makeGroup({ name: 'other', scaling: scalingOf({ vertical: 'off' }) });
    const hidden = await bench().expectOk('vm_group.explain', { id: off.id });
    expect(hidden.rightsizing).toBeNull();
  });

  test('only records what it would do in the mode recommend', async () => {
    const { id } = await makeGroup({ scaling: scalingOf({ mode: 'recommend' }) });
    await load(id, 45, 4);
    expect(await sizeOf(id)).toBe(2);
    expect(await events(id)).toMatchObject([
      { from: 2, to: 5, outcome: 'recommended', operation_id: null },
    ]);
  });

  test('keeps its size while it is held, and scales when that is released', async () => {
    const { id } = await makeGroup();
    await bench().expectOk('scaling.hold', { id, reason: 'a sale', until: '1h' });
    await load(id, 45, 3);
    expect(await sizeOf(id)).toBe(2);
    const explained = await bench().expectOk('vm_group.explain', { id });
    expect(explained).toMatchObject({
      wanted_size: 5,
      next_size: 2,
      limited_by: ['hold'],
      hold: { group: 'web', reason: 'a sale' },
    });
    expect(explained.explanation.join('\n')).toContain('novacron scaling release web');
    await bench().expectOk('scaling.release', { id });
    await load(id, 45, 2);
    expect(await sizeOf(id)).toBe(5);
    const again = await bench().call('scaling.release', { id });
    expect(again).toMatchObject({ error: { code: 'not-found' } });
  });

  test('grows, and does not shrink, while a hold prevents its shrinkage', async () => {
    const { id } = await makeGroup();
    const held = { id, reason: 'a sale', until: '2h', direction: 'down' } as const;
    expect(await bench().expectOk('scaling.hold', held)).toMatchObject({ direction: 'down' });
    await load(id, 45, 3);
    expect(await sizeOf(id)).toBe(5);
    await load(id, 20, 12);
    expect(await sizeOf(id)).toBe(5);
    const explained = await bench().expectOk('vm_group.explain', { id });
    expect(explained).toMatchObject({ limited_by: ['hold'], hold: { direction: 'down' } });
    expect(explained.explanation.join('\n')).toContain('holds its shrinkage until');
  });

  test('loses no member that has a volume attached, and says so', async () => {
    const { id } = await makeGroup();
    await load(id, 45, 3);
    const { items } = await bench().expectOk('vm.list', {});
    const kept = ['web-3', 'web-4', 'web-5'];
    for (const { id: vm, name } of items.filter((each) => kept.includes(each.name))) {
      const volume = { name: `data-of-${name}`, size_gb: 1, attached_to: vm };
      await bench().end((await bench().expectOk('volume.create', volume)).operation);
    }
    await load(id, 5, 8);
    const { items: left } = await bench().expectOk('vm.list', {});
    expect(left.map(({ name }) => name).sort()).toEqual(kept);
    const explained = await bench().expectOk('vm_group.explain', { id });
    expect(explained).toMatchObject({ wanted_size: 2, next_size: 3, limited_by: ['state'] });
    expect(explained.explanation.join('\n')).toContain('or detach the volumes');
  });

  test('grows as far as the fleet has room, and records what limits it', async () => {
    const { id } = await makeGroup({ vm: { ...SIZE, memory_gb: 9 }, min_size: 1, max_size: 9 });
    await load(id, 85, 3);
    expect(await sizeOf(id)).toBeLessThan(9);
    const explained = await bench().expectOk('vm_group.explain', { id });
    expect(explained).toMatchObject({ wanted_size: 9, limited_by: ['capacity'] });
  });
});

describe('a group with prediction', () => {
  const HOUR_S = 3_600;
  const DAY_S = 24 * HOUR_S;
  const prediction = { horizon: '2h', weight: 1, model: 'regression' } as const;

  test('grows before its daily peak, and says by which forecast', async () => {
    const { id } = await makeGroup({ scaling: scalingOf({ prediction, warm_up: '2h' }) });
    const nowS = Math.floor(bench().deps.clock.nowMs() / 1_000);
    const daily = (atS: number) => 25 + 20 * Math.sin((2 * Math.PI * (atS - nowS)) / DAY_S);
    const samples = Array.from({ length: 5 * 288 }, (_, step) => {
      const atS = nowS - (5 * 288 - 1 - step) * 300;
      return { name: LOAD, atS, value: daily(atS) };
    });
    const target = { id, tenantId: bench().admin.tenantId, kind: 'vm_group' } as const;
    const written = await bench().deps.metricSeries?.write([{ target, samples }], 'written');
    expect(written).toMatchObject({ ok: true });
    await load(id, 25, 1);
    await waitUntil('the forecast', async () => {
      const rows = await bench().store.read({ from: 'forecast_selections' });
      return rows.length > 0 ? true : undefined;
    });
    await load(id, 25, 2);
    const explained = await bench().expectOk('vm_group.explain', { id });
    const [rule] = explained.rules;
    expect(rule).toMatchObject({ forecast: 'used', size_measured: expect.any(Number) });
    expect(rule?.load_lower).toBeLessThanOrEqual(rule?.load_forecast ?? 0);
    expect(rule?.load_upper).toBeGreaterThanOrEqual(rule?.load_forecast ?? 0);
    // In two hours the load is 35.
    expect(Math.abs((rule?.load_forecast ?? 0) - 35)).toBeLessThan(3);
    const why = explained.explanation.join('\n');
    expect(why).toContain('The forecast for the horizon reaches');
    expect(why).toMatch(/Forecast by the median of several models, as prediction.model says: /);
    expect(await sizeOf(id)).toBe(4);
    const [grown] = await events(id);
    expect(grown).toMatchObject({
      trigger_type: 'predictive',
      to: 4,
      metrics: { [LOAD]: 25 },
      prediction: { metric: LOAD, scope: 'group', load: 25 },
    });
    expect(grown?.prediction).toMatchObject({
      load_forecast: expect.any(Number),
      load_lower: expect.any(Number),
      load_upper: expect.any(Number),
    });
    const { groups } = await bench().expectOk('scaling.status', {});
    expect(groups).toMatchObject([{ forecast_model: 'ensemble' }]);
    const { notices } = await bench().expectOk('admission.preview', {
      operation: 'vm_group.update',
      input: { id, max_size: 6 },
    });
    expect(notices.join('\n')).toMatch(
      /The present rules of web need .* members in the next 2h, as forecast by the median of/,
    );
    await load(id, 25, 8);
    const isGrown = ({ to }: { readonly to: number | null }) => to === 4;
    // What was forecast is the load in two hours: nothing can be compared before.
    const early = (await events(id)).find(isGrown);
    expect(early).toMatchObject({ outcome: 'succeeded', prediction_accuracy: null });
    const readyFrom = Date.parse(String(early?.prediction?.ready_from));
    expect(readyFrom - nowS * 1_000).toBeGreaterThan(115 * MINUTE_MS);
    await bench().skip(readyFrom - bench().deps.clock.nowMs());
    await load(id, 35, 8);
    const settled = (await events(id)).find(isGrown);
    expect(settled).toMatchObject({ outcome: 'succeeded', after: { [LOAD]: 25 } });
    expect(settled?.prediction).toMatchObject({ load_ready: expect.any(Number) });
    // By the load at the time of the decision, which is 25, it would be 0.7.
    expect(settled?.prediction_accuracy).toBeGreaterThan(0.9);
  });

  test('follows what is measured while there is no history, and says so', async () => {
    const scaling = scalingOf({ prediction });
    const { notices } = await bench().expectOk('admission.preview', {
      operation: 'vm_group.create',
      input: { name: 'web', vm: SIZE, min_size: 2, max_size: 5, scaling },
    });
    expect(notices.join('\n')).toContain('No forecast is used for web now');
    const made = await makeGroup({ scaling });
    await load(made.id, 45, 3);
    expect(await sizeOf(made.id)).toBe(5);
    expect(await events(made.id)).toMatchObject([{ trigger_type: 'target', prediction: null }]);
    const explained = await bench().expectOk('vm_group.explain', { id: made.id });
    expect(explained.rules).toMatchObject([{ forecast: 'none', load_forecast: null }]);
    expect(explained.explanation.join('\n')).toContain(
      'there is no forecast, because too little is known',
    );
  });
});
