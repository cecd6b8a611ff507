/** Deliveries that start a run, their inputs, and duplicate deliveries. */
import { describe, expect, test } from '@jest/globals';
import { matchDelivery, readDeliveries } from './match-delivery.ts';

const generic = { name: 'deploy', kind: 'generic' } as const;
const alerts = { name: 'alerts', kind: 'alertmanager' } as const;

const alert = (name: string, status = 'firing') => ({
  status,
  labels: { alertname: name, severity: 'page' },
  startsAt: '2026-01-01T00:00:00Z',
});

const notification = (status = 'firing', names: readonly string[] = ['disk_full']) => ({
  version: '4',
  groupKey: '{}:{alertname="disk_full"}',
  status,
  receiver: 'novacron',
  alerts: names.map((name) => alert(name, status)),
});

describe('a body', () => {
  test.each([undefined, null, [], 'text', 1])('%j is refused: it is no object', (body) => {
    expect(readDeliveries(generic, body)).toEqual({ ok: false, error: 'is not a JSON object' });
  });

  test.each([
    ['another version', { ...notification(), version: '3' }, 'version'],
    ['no group', { ...notification(), groupKey: '' }, 'groupKey'],
    ['no alerts', { ...notification(), alerts: [] }, 'alerts'],
    ['a label that is no text', { ...notification(), alerts: [{ labels: { a: 1 } }] }, 'alerts.0'],
  ])('of Alertmanager with %s is refused', (_what, body, place) => {
    const read = readDeliveries(alerts, body);
    expect(read).toMatchObject({ ok: false });
    expect(JSON.stringify(read)).toContain(`(version 4): ${place}`);
  });

  const identitiesOf = (body: Parameters<typeof readDeliveries>[1]) => {
    const read = readDeliveries(alerts, body);
    return read.ok ? read.value.map(({ identity }) => identity) : [];
  };

  test('of Alertmanager is a delivery of each alert, the same from each of two replicas', () => {
    const first = { ...notification('firing', ['a', 'b']), externalURL: 'http://one.example' };
    const second = { ...notification('firing', ['b', 'a']), externalURL: 'http://two.example' };
    expect(identitiesOf(first)).toEqual(identitiesOf(second).toReversed());
    expect(new Set(identitiesOf(first)).size).toBe(2);
    expect(identitiesOf({ ...first, groupKey: 'other' })).toEqual(identitiesOf(first));
    const ended = identitiesOf(notification('resolved', ['a', 'b']));
    expect(identitiesOf(first).filter((each) => ended.includes(each))).toEqual([]);
  });

  test('of Alertmanager gives the status of the alert, not of its group', () => {
    const both = { ...notification(), alerts: [alert('a', 'resolved'), alert('b')] };
    const read = readDeliveries(alerts, both);
    expect(read).toMatchObject({
      value: [
        { payload: { status: 'resolved', alert: { labels: { alertname: 'a' } } } },
        { payload: { status: 'firing', alerts: [{ labels: { alertname: 'b' } }] } },
      ],
    });
  });
});

describe('a payload', () => {
  test('gives the inputs that the trigger takes out of it', () => {
    const inputs = { instance: 'alerts.0.labels.alertname', count: 'truncatedAlerts' };
    const trigger = { webhook: alerts, inputs };
    const payload = { ...notification(), truncatedAlerts: 0 };
    expect(matchDelivery(trigger, payload)).toEqual({
      ok: true,
      value: { instance: 'disk_full', count: 0 },
    });
    expect(matchDelivery(trigger, notification())).toEqual({
      ok: false,
      error: 'it has no truncatedAlerts, which the input count is taken from',
    });
  });

  test('of Alertmanager that has ended starts nothing, unless the condition says so', () => {
    const ended = notification('resolved');
    expect(matchDelivery({ webhook: alerts }, ended)).toEqual({ ok: true, value: undefined });
    const webhook = { ...alerts, if: 'payload.status == "resolved"' };
    expect(matchDelivery({ webhook }, ended)).toEqual({ ok: true, value: {} });
  });

  test('whose condition is unknown says why', () => {
    const webhook = { ...generic, if: 'payload.ref == "main"' };
    expect(matchDelivery({ webhook }, { ref: 'main' })).toEqual({ ok: true, value: {} });
    expect(matchDelivery({ webhook }, {}).ok).toBe(false);
  });
});
