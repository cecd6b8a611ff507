import { describe, expect, test } from '@jest/globals';
import {
  type AlertRecord,
  acknowledgeAlert,
  raiseAlert,
  settleAlert,
  silenceAlert,
} from './plan-alerts.ts';

const MINUTE_MS = 60_000;
const first = raiseAlert(undefined, 0).record;

const settle = (known: AlertRecord, rule: 'holds' | 'ended', nowMs: number) =>
  settleAlert(known, { rule, nowMs }) ?? known;

describe('an alert', () => {
  test('is open when its rule fires for the first time, and announced', () => {
    expect(raiseAlert(undefined, 7)).toEqual({
      isAnnounced: true,
      record: {
        state: 'open',
        firstSeenMs: 7,
        lastSeenMs: 7,
        count: 1,
        acknowledgedAtMs: null,
        silencedUntilMs: null,
        resolvedAtMs: null,
      },
    });
  });

  test('that fires again is the same one, and stays acknowledged', () => {
    const acknowledged = acknowledgeAlert(first, 1);
    const { record, isAnnounced } = raiseAlert(acknowledged, 2);
    expect(record).toMatchObject({ state: 'acknowledged', firstSeenMs: 0, count: 2 });
    expect(record.lastSeenMs).toBe(2);
    expect(isAnnounced).toBe(true);
  });

  test('is counted and not announced while it is silenced', () => {
    const silenced = silenceAlert(first, { untilMs: 100, nowMs: 1 });
    expect(silenced.state).toBe('silenced');
    expect(raiseAlert(silenced, 50)).toMatchObject({ isAnnounced: false, record: { count: 2 } });
    expect(raiseAlert(silenced, 100)).toMatchObject({
      isAnnounced: true,
      record: { state: 'open', silencedUntilMs: null },
    });
  });

  test('is open or acknowledged again when its silence is over, as it was before', () => {
    const silence = { untilMs: 100, nowMs: 2 };
    const acknowledged = silenceAlert(acknowledgeAlert(first, 1), silence);
    expect(settle(silenceAlert(first, silence), 'holds', 99).state).toBe('silenced');
    expect(settle(silenceAlert(first, silence), 'holds', 100).state).toBe('open');
    expect(settle(acknowledged, 'holds', 100).state).toBe('acknowledged');
  });

  test('is resolved once its rule holds no more, silenced or not, and only once', () => {
    const ended = settle(silenceAlert(first, { untilMs: 100, nowMs: 1 }), 'ended', 5);
    expect(ended).toMatchObject({ state: 'resolved', resolvedAtMs: 5 });
    expect(settleAlert(ended, { rule: 'ended', nowMs: 9 })).toBeUndefined();
    expect(settleAlert(first, { rule: 'holds', nowMs: 9 })).toBeUndefined();
  });

  test.each([
    ['within ten minutes is the same one', 9 * MINUTE_MS, { firstSeenMs: 0, count: 2 }],
    ['later is a new one', 11 * MINUTE_MS, { firstSeenMs: 11 * MINUTE_MS, count: 1 }],
  ])('that returns %s', (_case, nowMs, expected) => {
    const ended = settle(acknowledgeAlert(first, 0), 'ended', 0);
    const { record } = raiseAlert(ended, nowMs);
    expect(record).toMatchObject({ ...expected, resolvedAtMs: null });
    expect(record.state).toBe(expected.count === 2 ? 'acknowledged' : 'open');
  });

  test('that returns after its end stays silenced as long as was asked for', () => {
    const silenced = silenceAlert(first, { untilMs: 60 * MINUTE_MS, nowMs: 0 });
    const ended = settle(silenced, 'ended', 1);
    expect(raiseAlert(ended, 30 * MINUTE_MS)).toMatchObject({ isAnnounced: false });
  });
});
