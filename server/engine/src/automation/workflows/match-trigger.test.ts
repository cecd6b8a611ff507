import { expect, test } from '@jest/globals';
import type { AutomationTrigger } from '@novacron/contract/automation/definition';
import { matchTrigger } from './match-trigger.ts';

const event = (type: string, data = {}) => ({
  id: 'evt_1',
  type,
  source: 'api',
  target: 'vm_1',
  priority: 'normal',
  at: '2026-01-01T00:00:00.000Z',
  data,
});

const CASES: readonly [string, AutomationTrigger, ReturnType<typeof event>, 'yes' | 'no'][] = [
  ['its type', { event: { type: 'vm.stop.failed' } }, event('vm.stop.failed'), 'yes'],
  ['another type', { event: { type: 'vm.stop.failed' } }, event('vm.stop'), 'no'],
  ['a type of its group', { event: { type: 'vm.*' } }, event('vm.stop.failed'), 'yes'],
  ['a type that only begins alike', { event: { type: 'vm.*' } }, event('vm_group.scale'), 'no'],
  [
    'a condition that holds',
    { event: { type: 'vm.*', if: 'event.data.cores > 2' } },
    event('vm.a', { cores: 4 }),
    'yes',
  ],
  [
    'a condition that does not',
    { event: { type: 'vm.*', if: 'event.data.cores > 2' } },
    event('vm.a', { cores: 2 }),
    'no',
  ],
  ['a new incident', { incident: {} }, event('incident.opened', { cause: 'node_lost' }), 'yes'],
  ['an incident that ends', { incident: {} }, event('incident.resolved'), 'no'],
  [
    'an incident of another kind',
    { incident: { kind: 'disk' } },
    event('incident.opened', { cause: 'node_lost' }),
    'no',
  ],
  [
    'worse drift',
    { drift: { severity: 'medium' } },
    event('drift.detected', { severity: 'critical' }),
    'yes',
  ],
  [
    'drift as bad',
    { drift: { severity: 'medium' } },
    event('drift.detected', { severity: 'medium' }),
    'yes',
  ],
  [
    'less drift',
    { drift: { severity: 'medium' } },
    event('drift.detected', { severity: 'low' }),
    'no',
  ],
  ['drift of no severity', { drift: { severity: 'info' } }, event('drift.detected'), 'no'],
];

test.each(CASES)('%s', (_name, trigger, found, starts) => {
  const matched = matchTrigger(trigger, found);
  expect(matched).toEqual({ ok: true, value: starts === 'yes' ? {} : undefined });
});

test('inputs are parts of the event; one that it lacks is a problem', () => {
  const trigger = { event: { type: 'vm.a' }, inputs: { id: 'target', name: 'data.name' } };
  expect(matchTrigger(trigger, event('vm.a', { name: 'web' }))).toEqual({
    ok: true,
    value: { id: 'vm_1', name: 'web' },
  });
  expect(matchTrigger(trigger, event('vm.a'))).toEqual({
    ok: false,
    error: expect.stringContaining('data.name'),
  });
});

test('a condition that reads what an event lacks is a problem', () => {
  const trigger = { event: { type: 'vm.a', if: 'event.data.cores > 2' } };
  expect(matchTrigger(trigger, event('vm.a'))).toMatchObject({ ok: false });
});
