/** Metrics: what agents measure and what clients write, over time. */
import { describe, expect, test } from '@jest/globals';
import { MEASURED_METRICS } from '@novacron/contract/formats/metric-name';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { Principal } from '@novacron/server/app/kernel/context/call-context';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const NOTHING_LEFT_OUT = { late: 0, ahead: 0, missing: 0, not_a_number: 0, notices: [] };
const ORDERS = 'orders_total';

describe('metrics that are measured', () => {
  const bench = useBench();

  test('every running VM has a sample of each half a minute', async () => {
    const vm = await makeVm(bench());
    await bench().advance(10 * 60_000);
    const { items } = await bench().expectOk('metric.list', { vm_id: vm.id });
    const measured = items.map(({ name }) => name);
    expect(measured.filter((name) => !Object.hasOwn(MEASURED_METRICS, name))).toEqual([]);
    expect(measured).toContain('cpu_utilization_ratio');
    expect(measured).toContain('memory_available_bytes');
    const name = 'cpu_utilization_ratio';
    const found = await bench().expectOk('metric.query', {
      vm_id: vm.id,
      name,
      from: '8m',
      step_seconds: 60,
      statistics: ['avg', 'min', 'max', 'count', 'p95'],
    });
    expect(found).toMatchObject({ unit: 'ratio', kind: 'gauge', resolution: 'sample' });
    const whole = found.points.slice(1, -1);
    expect(whole.length).toBeGreaterThanOrEqual(6);
    for (const { values } of whole) {
      expect(values.count).toBe(2);
      expect(values.avg).toBeGreaterThan(0);
      expect(values.min).toBeLessThanOrEqual(Number(values.avg));
      expect(values.max).toBeGreaterThanOrEqual(Number(values.p95));
    }
  });

  test('a group has the mean of its running members, and a VM that stops has no more', async () => {
    const { name: _name, ...size } = SMALL_VM;
    const made = { name: 'web', vm: size, min_size: 2, max_size: 3 };
    const group = await bench().expectOk('vm_group.create', made);
    await bench().end(group.operation);
    await bench().advance(5 * 60_000);
    const vms = await bench().expectOk('vm.list', {});
    const query = { name: 'memory_utilization_ratio', from: '3m', step_seconds: 30 } as const;
    const valuesOf = async (target: object) => {
      const { points } = await bench().expectOk('metric.query', { ...query, ...target });
      return points.map(({ values }) => values.avg);
    };
    const [first, second] = await Promise.all(vms.items.map(({ id }) => valuesOf({ vm_id: id })));
    const means = await valuesOf({ vm_group_id: group.resource.id });
    const both = means.flatMap((mean, at) => {
      const [left, right] = [first?.[at], second?.[at]];
      return mean == null || left == null || right == null ? [] : [[mean, (left + right) / 2]];
    });
    expect(both.length).toBeGreaterThanOrEqual(4);
    for (const [mean, expected] of both) expect(mean).toBeCloseTo(Number(expected), 3);
  });

  test('a stopped VM has missing points, which are not 0', async () => {
    const vm = await makeVm(bench());
    await bench().advance(3 * 60_000);
    const stopped = await bench().expectOk('vm.stop', { id: vm.id, force: 'yes' });
    await bench().end(stopped.operation);
    await bench().advance(5 * 60_000);
    const query = { vm_id: vm.id, name: 'cpu_utilization_ratio', from: '4m' } as const;
    const { points } = await bench().expectOk('metric.query', query);
    expect(points.slice(1).map(({ values }) => values)).toEqual(
      points.slice(1).map(() => ({ avg: null })),
    );
  });
});

describe('metrics of the fleet', () => {
  const bench = useBench();

  test('follow the capacity and usage of its nodes, and a drained node leaves them', async () => {
    const vm = await makeVm(bench());
    await bench().advance(3 * 60_000);
    const { items: nodes } = await bench().expectOk('node.list', {});
    const home = nodes.find(({ name }) => name === vm.node);
    const other = nodes.find(({ name }) => name !== vm.node);
    const latest = async (target: object) => {
      const { items } = await bench().expectOk('metric.list', target);
      return Object.fromEntries(items.map(({ name, latest_value: value }) => [name, value]));
    };
    const fleet = await latest({ fleet: true });
    const cores = nodes.reduce((sum, node) => sum + node.capacity.cpu_cores, 0);
    expect(fleet).toMatchObject({
      cpu_capacity_cores: cores,
      cpu_allocated_cores: vm.cpu_cores,
      cpu_free_cores: cores - vm.cpu_cores,
      nodes_capacity_count: nodes.length,
    });
    expect(fleet.cpu_used_cores).toBeGreaterThan(0);
    const ofHome = await latest({ node_id: home?.id });
    expect(ofHome).toMatchObject({ cpu_allocated_cores: vm.cpu_cores });
    expect(await latest({ storage_pool: 'ssd' })).toHaveProperty('storage_free_bytes');
    await bench().expectOk('node.drain', { id: other?.id ?? '' });
    await bench().advance(60_000);
    expect(await latest({ zone: other?.zone })).toMatchObject({
      nodes_capacity_count: nodes.filter(({ zone }) => zone === other?.zone).length - 1,
    });
    const query = { node_id: other?.id, name: 'cpu_capacity_cores', from: '10m' } as const;
    const { points } = await bench().expectOk('metric.query', query);
    expect(points.some(({ values }) => values.avg === other?.capacity.cpu_cores)).toBe(true);
  });

  test('are for the platform alone; a tenant sees the addresses of its networks', async () => {
    const made = await bench().expectOk('tenant.create', { name: 'other' });
    const other = await bench().application.authenticate(made.secret ?? '');
    if (!other.ok) throw new Error(other.error.detail);
    const as = { principal: other.value };
    const [node] = (await bench().expectOk('node.list', {})).items;
    const targets = [
      { fleet: true },
      { zone: 'zone-a' },
      { node_class: 'large' },
      { storage_pool: 'ssd' },
      { node_id: node?.id },
    ];
    for (const target of targets) {
      const found = await bench().expectProblem('metric.list', target, as);
      expect([target, found.code]).toEqual([target, 'forbidden']);
    }
    const input = { name: 'web', cidr: '10.9.0.0/29' };
    const { resource } = await bench().expectOk('network.create', input, as);
    await bench().advance(60_000);
    const own = await bench().expectOk('metric.list', { network_id: resource.id }, as);
    expect(own.items).toMatchObject([
      { name: 'addresses_capacity_count', latest_value: 5 },
      { name: 'addresses_free_count', latest_value: 5 },
      { name: 'addresses_used_count', latest_value: 0 },
    ]);
  });
});

describe('metrics that clients write', () => {
  const bench = useBench();

  function nowText(agoS = 0): string {
    return new Date(bench().deps.clock.nowMs() - agoS * 1000).toISOString();
  }

  test('are stored once, and every other sample is counted by what is wrong with it', async () => {
    const at = nowText(30);
    const samples = [
      { name: ORDERS, value: 10, at },
      { name: ORDERS, value: 11, at },
      { name: ORDERS, value: 12, at: nowText() },
      { name: ORDERS, value: null },
      { name: ORDERS, value: 'NaN' as const },
      { name: ORDERS, value: '+Inf' as const },
      { name: ORDERS, value: 1, at: nowText(7_201) },
      { name: ORDERS, value: 1, at: nowText(-61) },
    ];
    const counted = {
      late: 1,
      ahead: 1,
      missing: 1,
      not_a_number: 2,
      notices: [
        '1 sample is not stored: more than 2 hours old.',
        "1 sample is not stored: more than 60 seconds ahead of the server's clock.",
        '2 samples are not stored: NaN or infinite.',
      ],
    };
    expect(await bench().expectOk('metric.write', { samples })).toEqual({
      stored: 2,
      duplicated: 1,
      ...counted,
      new_series: 1,
    });
    expect(await bench().expectOk('metric.write', { samples })).toEqual({
      stored: 0,
      duplicated: 3,
      ...counted,
      new_series: 0,
    });
    const { items } = await bench().expectOk('metric.list', {});
    expect(items).toMatchObject([{ name: ORDERS, kind: 'counter', latest_value: 12 }]);
  });

  test('a counter has a rate, also over a restart of its source', async () => {
    const vm = await makeVm(bench());
    const values = [100, 130, 160, 10, 40];
    const samples = values.map((value, at) => {
      return { name: ORDERS, value, at: nowText((values.length - at) * 60) };
    });
    await bench().expectOk('metric.write', { vm_id: vm.id, samples });
    const { points } = await bench().expectOk('metric.query', {
      vm_id: vm.id,
      name: ORDERS,
      from: nowText(5 * 60),
      step_seconds: 60,
      statistics: ['rate', 'max'],
    });
    const known = points.filter(({ values: each }) => each.max !== null);
    expect(known.map(({ values: each }) => each.rate)).toEqual([null, 0.5, 0.5, 10 / 60, 0.5]);
  });

  test('what is measured, is no metric or has no rate is refused', async () => {
    const taken = [{ name: 'cpu_utilization_ratio', value: 1 }];
    const found = await bench().expectProblem('metric.write', { samples: taken });
    expect(found.fields).toEqual([
      { path: ['samples', 0, 'name'], message: 'cpu_utilization_ratio is measured by NovaCron' },
    ]);
    const absent = await bench().expectProblem('metric.query', { name: ORDERS });
    expect(absent).toMatchObject({
      code: 'not-found',
      detail: 'the tenant has no metric orders_total.',
      remedy: 'See its metrics: novacron metric list',
    });
    const gauge = { name: 'queue_length_count', statistics: ['rate' as const] };
    expect((await bench().expectProblem('metric.query', gauge)).detail).toContain('is a gauge');
    const both = { vm_id: (await makeVm(bench())).id, vm_group_id: `vmg_${'0'.repeat(26)}` };
    expect((await bench().expectProblem('metric.list', both)).detail).toBe(
      'The request names several targets: vm_id, vm_group_id.',
    );
    const fine = { name: ORDERS, from: '30d', step_seconds: 60 };
    const refused = await bench().expectProblem('metric.query', fine);
    expect(refused.detail).toMatch(/^The query has 4320[01] points; the most is 1440[.]$/);
    expect(refused).toMatchObject({
      remedy: 'Choose longer steps, of 1860 s or more, or a shorter range.',
    });
    const late = { name: ORDERS, from: '1h', to: '2h' };
    expect((await bench().expectProblem('metric.query', late)).fields).toEqual([
      { path: ['from'], message: 'must be before `to`' },
    ]);
  });

  test('no tenant sees or writes those of another one', async () => {
    const vm = await makeVm(bench());
    await bench().advance(2 * 60_000);
    const made = await bench().expectOk('tenant.create', { name: '25ms-other' });
    const other = await bench().application.authenticate(made.secret ?? '');
    if (!other.ok) throw new Error(other.error.detail);
    const as = { principal: other.value };
    const samples = [{ name: ORDERS, value: 1 }];
    const asked: [OperationName, object][] = [
      ['metric.list', { vm_id: vm.id }],
      ['metric.query', { vm_id: vm.id, name: 'cpu_utilization_ratio' }],
      ['metric.write', { vm_id: vm.id, samples }],
    ];
    for (const [name, input] of asked) {
      const found = await bench().expectProblem(name, input as never, as);
      expect([name, found.code]).toEqual([name, 'not-found']);
    }
    await bench().expectOk('metric.write', { samples }, as);
    expect((await bench().expectOk('metric.list', {})).items).toEqual([]);
  });

  test('series count against the quota of the tenant, and viewers do not write', async () => {
    const { tenantId } = bench().admin;
    await bench().expectOk('tenant.update', { id: tenantId, quotas: { metric_series: 2 } });
    const write = (...names: readonly string[]) => ({
      samples: names.map((name) => ({ name, value: 1 })),
    });
    const two = write('a_count', 'b_count');
    const done = { stored: 2, duplicated: 0, ...NOTHING_LEFT_OUT, new_series: 2 };
    expect(await bench().expectOk('metric.write', two)).toEqual(done);
    const refused = await bench().expectProblem('metric.write', write('a_count', 'c_count'));
    expect(refused).toMatchObject({
      code: 'quota-exceeded',
      detail:
        'The request exceeds the quota of the tenant (metric_series: 2 of 2 used, 1 more ' +
        'requested).',
    });
    const tenant = await bench().expectOk('tenant.get', { id: tenantId });
    expect(tenant.usage.metric_series).toBe(2);
    const viewer: Principal = { ...bench().admin, name: 'viewer', role: 'viewer' };
    const found = await bench().expectProblem('metric.write', two, { principal: viewer });
    expect(found.code).toBe('forbidden');
    const { items } = await bench().expectOk('audit.list', { operation: ['metric.write'] });
    // What wrote samples of series that were there is no change that is audited.
    expect(items.map(({ outcome }) => outcome).toSorted()).toEqual(['done', 'forbidden']);
  });

  test('a policy decides about series that begin', async () => {
    await bench().expectOk('policy.create', {
      name: 'Metrics',
      type: 'resource',
      rule:
        'package p\n\ndeny contains "no customers" if {\n  input.action == "write_metric"\n  ' +
        'some name in input.resource.names\n  contains(name, "customer")\n}\n',
    });
    await bench().expectOk('metric.write', { samples: [{ name: ORDERS, value: 1 }] });
    const samples = [{ name: 'customer_count', value: 1 }];
    const refused = await bench().expectProblem('metric.write', { samples });
    expect(refused.code).toBe('policy-denied');
    expect((await bench().expectOk('metric.list', {})).items).toHaveLength(1);
  });

  test('a VM, a group or the tenant has 100 series at most', async () => {
    const samples = Array.from({ length: 101 }, (_, at) => ({ name: `m${at}_count`, value: at }));
    const refused = await bench().expectProblem('metric.write', { samples });
    expect(refused.detail).toBe('the tenant would have 101 series; the most is 100.');
    await bench().expectOk('metric.write', { samples: samples.slice(0, 100) });
  });
});

describe('history that is imported', () => {
  const bench = useBench();
  const HOUR_S = 3_600;

  function at(agoS: number): string {
    return new Date(bench().deps.clock.nowMs() - agoS * 1_000).toISOString();
  }

  test('is read with what is measured, and importing it again adds nothing', async () => {
    await bench().advance(60_000);
    const name = 'cpu_used_cores';
    const ages = [410 * 24, 100 * 24, 48, 24, 1];
    const samples = ages.map((hours) => ({ at: at(hours * HOUR_S), value: hours }));
    const input = { fleet: true, name, samples };
    const none = { recent: 1, expired: 1, new_series: 0 };
    const done = await bench().expectOk('metric.import', input);
    expect(done).toEqual({ stored: 3, duplicated: 0, ...none });
    await bench().advance(5 * 60_000);
    expect(await bench().expectOk('metric.import', input)).toEqual({
      stored: 0,
      duplicated: 3,
      ...none,
    });
    const query = { fleet: true, name, from: '200d', step_seconds: 86_400 } as const;
    const { points, resolution } = await bench().expectOk('metric.query', query);
    const known = points.flatMap(({ values }) => values.avg ?? []);
    expect([known.slice(0, 3), known.length, resolution]).toEqual([[2_400, 48, 24], 4, 'hour']);
  });

  test('of a tenant counts against its quota, and is decided by policies and audited', async () => {
    const { tenantId } = bench().admin;
    await bench().expectOk('tenant.update', { id: tenantId, quotas: { metric_series: 1 } });
    const samples = [{ at: at(5 * HOUR_S), value: 7 }];
    const first = { name: 'orders_count', samples };
    expect(await bench().expectOk('metric.import', first)).toMatchObject({ new_series: 1 });
    const second = { name: 'visits_count', samples };
    expect(await bench().expectProblem('metric.import', second)).toMatchObject({
      code: 'quota-exceeded',
    });
    const audit = await bench().expectOk('audit.list', { operation: ['metric.import'] });
    expect(audit.items.map(({ outcome }) => outcome)).toContain('done');
    await bench().expectOk('policy.create', {
      name: 'No imports',
      type: 'resource',
      rule: 'package p\n\ndeny contains "no" if input.action == "import_metric"\n',
    });
    const denied = await bench().expectProblem('metric.import', first);
    expect(denied.code).toBe('policy-denied');
  });

  test('is refused in the future, and for what the caller may not write', async () => {
    const name = 'cpu_used_cores';
    const future = {
      name,
      samples: [
        { at: at(5 * HOUR_S), value: 1 },
        { at: at(-60), value: 1 },
      ],
    };
    expect((await bench().expectProblem('metric.import', future)).fields).toEqual([
      { path: ['samples', 1, 'at'], message: 'is in the future' },
    ]);
    const made = await bench().expectOk('tenant.create', { name: 'other' });
    const other = await bench().application.authenticate(made.secret ?? '');
    if (!other.ok) throw new Error(other.error.detail);
    const input = { fleet: true, name, samples: [{ at: at(5 * HOUR_S), value: 1 }] };
    const as = { principal: other.value };
    expect((await bench().expectProblem('metric.import', input, as)).code).toBe('forbidden');
    const viewer: Principal = { ...bench().admin, role: 'viewer' };
    const seen = await bench().expectProblem('metric.import', input, { principal: viewer });
    expect(seen.code).toBe('forbidden');
  });
});
