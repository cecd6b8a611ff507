/** The capacity plan of a running fleet: what it says, whom it alerts, and who sees what. */
import { describe, expect, test } from '@jest/globals';
import { FLEET_TARGET } from '@novacron/contract/monitoring/fleet-metrics';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const HOUR_MS = 3_600_000;
const HOURS = 20 * 24;
const PLAN_MS = 16 * 60_000;

describe('a fleet whose cores run out within days', () => {
  const bench = useBench();

  /** Hours of use before now, which ends near the capacity or far below it. */
  async function remember(useOf: (hour: number, capacity: number) => number): Promise<void> {
    const { metricSeries, clock } = bench().deps;
    const { items: nodes } = await bench().expectOk('node.list', {});
    const capacity = nodes.reduce((sum, node) => sum + node.capacity.cpu_cores, 0);
    const nowS = Math.floor(clock.nowMs() / HOUR_MS) * 3_600;
    const samples = Array.from({ length: HOURS }, (_, hour) => ({
      name: 'cpu_allocated_cores',
      atS: nowS - (HOURS - hour) * 3_600,
      value: useOf(hour, capacity),
    }));
    const target = { id: FLEET_TARGET, tenantId: bench().admin.tenantId, kind: 'fleet' as const };
    const how = { source: 'measured' as const, nowMs: clock.nowMs() };
    expect(await metricSeries?.addHistory({ target, samples }, how)).toMatchObject({ ok: true });
  }

  test('is planned and alerted about, and a tenant sees its quotas alone', async () => {
    await makeVm(bench());
    const made = await bench().expectOk('tenant.create', {
      name: 'planned-blue',
      quotas: { vms: 4 },
    });
    const found = await bench().application.authenticate(made.secret ?? '');
    if (!found.ok) throw new Error(found.error.detail);
    await remember((hour, capacity) => capacity * (0.5 + (0.42 * hour) / HOURS));
    await bench().advance(PLAN_MS);
    const { resources } = await bench().expectOk('capacity.plan', {});
    const cores = resources.find(({ id }) => id === 'fleet/cpu_allocated');
    expect(cores).toMatchObject({
      run_out: { state: 'expected', earliest: expect.any(String) },
      recommendation: {
        type: 'scale_up',
        priority: 'high',
        alternatives: [{ node_class: null, order_by: expect.any(String), price_per_hour: null }],
      },
    });
    expect(resources).toContainEqual(
      expect.objectContaining({ scope_name: 'planned-blue', metric: 'quota_vms', capacity: 4 }),
    );
    const alerts = await bench().expectOk('alert.list', { source: ['capacity'] });
    expect(alerts.items).toContainEqual(
      expect.objectContaining({
        target_id: 'fleet/cpu_allocated',
        rule: 'runs_out_within_lead_time',
        severity: 'warning',
        policy: null,
      }),
    );
    const as = { principal: found.value };
    const own = await bench().expectOk('capacity.plan', {}, as);
    expect(own.resources.map(({ metric }) => metric)).toEqual(['quota_vms']);
    expect((await bench().expectOk('alert.list', {}, as)).items).toEqual([]);
  });

  test('an alert about a quota ends once the quota is raised', async () => {
    const made = await bench().expectOk('tenant.create', {
      name: 'planned-green',
      quotas: { api_keys: 1 },
    });
    const found = await bench().application.authenticate(made.secret ?? '');
    if (!found.ok) throw new Error(found.error.detail);
    const as = { principal: found.value };
    const { id } = made.resource;
    const alert = { target_kind: 'capacity', target_id: `${id}/quota_api_keys`, fingerprint: null };
    await bench().advance(PLAN_MS);
    expect((await bench().expectOk('alert.list', {}, as)).items).toMatchObject([
      { ...alert, state: 'open', rule: 'bottleneck', severity: 'warning' },
    ]);
    await bench().expectOk('tenant.update', { id, quotas: { api_keys: 5 } });
    await bench().advance(PLAN_MS);
    expect((await bench().expectOk('alert.list', {}, as)).items).toMatchObject([
      { ...alert, state: 'resolved' },
    ]);
  });
});
