/** Alerts of orchestration policies: opened, counted, acknowledged, silenced, resolved. */
import { describe, expect, test } from '@jest/globals';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

/** Two rounds of the reconciler. */
const ROUNDS_MS = 31_000;
const MINUTE_MS = 60_000;

const document = (name: string, when = '') =>
  `policy ${name}\n  for vm where tier=alerts\n  rule r: custom\n${when}` +
  '    then alert severity=critical message="look at it"\n';

describe('an alert', () => {
  const bench = useBench();

  const list = async (state?: 'open' | 'acknowledged' | 'silenced' | 'resolved') =>
    (await bench().expectOk('alert.list', state === undefined ? {} : { state: [state] })).items;

  const eventsOf = async (type: string) => {
    // Events get their positions a moment after the change.
    await bench().advance(1_000);
    const { items } = await bench().expectOk('event.list', { limit: 1000, type: [type] });
    return items;
  };

  async function raise(name = 'alerts-watch') {
    const vm = await makeVm(bench(), { name: `${name}-vm`, metadata: { tier: 'alerts' } });
    const made = await bench().expectOk('orchestration_policy.create', {
      document: document(name),
    });
    await bench().advance(ROUNDS_MS);
    const [alert] = await list();
    if (alert === undefined) throw new Error('no alert was raised');
    return { vm, policy: made.resource, alert };
  }

  test('says which policy reports what about which target, once while the rule holds', async () => {
    const { vm, policy, alert } = await raise();
    await bench().advance(6 * MINUTE_MS);
    expect(await list()).toHaveLength(1);
    expect(alert).toMatchObject({
      state: 'open',
      severity: 'critical',
      message: 'look at it',
      policy_id: policy.id,
      policy: 'alerts-watch',
      rule: 'r',
      target_kind: 'vm',
      target_id: vm.id,
      target: 'alerts-watch-vm',
      count: 1,
      acknowledged_by: null,
      resolved_at: null,
    });
    expect(await eventsOf('alert.opened')).toMatchObject([
      { target: alert.id, priority: 'critical', data: { target: 'alerts-watch-vm' } },
    ]);
    expect(await eventsOf('orchestration.alert')).toMatchObject([{ data: { alert_id: alert.id } }]);
    expect((await bench().expectOk('fleet.summary', {})).alerts).toEqual({
      open: 1,
      acknowledged: 0,
      silenced: 0,
      by_severity: { critical: 1 },
    });
    const kept = await bench().storeOnDisk.read({ from: 'alerts' });
    expect(JSON.stringify(kept)).not.toContain('look at it');
  });

  test('is acknowledged with a note, audited, resolved when its policy is disabled', async () => {
    const { policy, alert } = await raise();
    const { id } = alert;
    const { resource } = await bench().expectOk('alert.ack', { id, note: 'on my way' });
    expect(resource).toMatchObject({
      state: 'acknowledged',
      acknowledged_by: bench().admin.name,
      note: 'on my way',
    });
    const { items } = await bench().expectOk('audit.list', { resource_id: id });
    expect(items).toMatchObject([{ operation: 'alert.ack', outcome: 'done' }]);
    expect(await eventsOf('alert.acknowledged')).toMatchObject([{ data: { note: 'on my way' } }]);
    await bench().expectOk('orchestration_policy.disable', { id: policy.id });
    await bench().advance(ROUNDS_MS);
    expect(await list('resolved')).toMatchObject([{ id, acknowledged_by: bench().admin.name }]);
    expect(await eventsOf('alert.resolved')).toHaveLength(1);
    const late = await bench().expectProblem('alert.ack', { id });
    expect(late.detail).toBe(`The alert ${id} of alerts-watch about alerts-watch-vm is resolved.`);
    await bench().expectOk('orchestration_policy.enable', { id: policy.id });
    await bench().advance(6 * MINUTE_MS);
    expect(await list()).toMatchObject([{ id, state: 'acknowledged', count: 2 }]);
  });

  test('says nothing while it is silenced, is counted, and is open again after that', async () => {
    const { policy, alert } = await raise();
    const { id } = alert;
    const { resource } = await bench().expectOk('alert.silence', { id, until: '8m' });
    expect(resource).toMatchObject({ state: 'silenced', silenced_by: bench().admin.name });
    await bench().expectOk('orchestration_policy.disable', { id: policy.id });
    await bench().advance(ROUNDS_MS);
    await bench().expectOk('orchestration_policy.enable', { id: policy.id });
    await bench().advance(6 * MINUTE_MS);
    expect(await list()).toMatchObject([{ id, state: 'silenced', count: 2 }]);
    expect(await eventsOf('orchestration.alert')).toHaveLength(1);
    expect(await eventsOf('alert.opened')).toHaveLength(1);
    await bench().advance(2 * MINUTE_MS);
    expect(await list()).toMatchObject([{ id, state: 'open', silenced_until: null }]);
  });

  test.each([
    ['2020-01-01T00:00:00Z', 'is in the past'],
    ['31d', 'is more than 30 days ahead'],
  ])('is not silenced until %s', async (until, message) => {
    const { alert } = await raise();
    const found = await bench().expectProblem('alert.silence', { id: alert.id, until });
    expect(found.detail).toContain(message);
    expect(found.fields).toMatchObject([{ path: ['until'], message }]);
  });

  test('belongs to its tenant, and is shown to roles that may list alerts', async () => {
    const { alert } = await raise();
    const made = await bench().expectOk('tenant.create', { name: 'alerts-tenant' });
    const as = { principal: { ...bench().admin, tenantId: made.resource.id } };
    expect((await bench().expectOk('alert.list', {}, as)).items).toEqual([]);
    const found = await bench().expectProblem('alert.ack', { id: alert.id }, as);
    expect(found.detail).toBe(`No alert found with the id ${alert.id}.`);
    const operations = new Set<OperationName>(['fleet.summary']);
    const principal = { ...bench().admin, role: 'alerts-reader', operations };
    const summary = await bench().expectOk('fleet.summary', {}, { principal });
    expect(summary.left_out).toContainEqual({
      part: 'alerts',
      reason: 'Your role alerts-reader does not allow alert.list.',
    });
  });

  test('is resolved when its target is gone', async () => {
    const { vm, alert } = await raise();
    const gone = await bench().expectOk('vm.delete', { id: vm.id });
    await bench().end(gone.operation);
    await bench().advance(ROUNDS_MS);
    expect(await list('resolved')).toMatchObject([{ id: alert.id }]);
  });

  test('lists are sorted and searched', async () => {
    await raise('alerts-b');
    await bench().expectOk('orchestration_policy.create', { document: document('alerts-a') });
    await bench().advance(ROUNDS_MS);
    const { items } = await bench().expectOk('alert.list', { sort: '-target', search: 'ALERTS-A' });
    expect(items.map(({ policy }) => policy)).toEqual(['alerts-a']);
  });
});
