import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { explainStartOrder } from './explain-start-order.ts';
import type { DownVm, Standing } from './model/start-order.ts';
import { planStartOrder } from './plan-start-order.ts';

/** `web: db cache` is a VM that is down and starts after two others. */
function heldOf(lines: readonly string[], standings: Readonly<Record<string, Standing>>) {
  const vms = lines.map((line): DownVm => {
    const [id = '', after = ''] = line.split(': ');
    return { id, name: id.toUpperCase(), after: after.split(' ').filter((text) => text !== '') };
  });
  const earlier = new Map(
    Object.entries(standings).map(([id, standing]) => [id, { name: id.toUpperCase(), standing }]),
  );
  return explainStartOrder(planStartOrder({ vms, earlier }));
}

test('a VM waits for those that are coming, and for no others', () => {
  const vms = ['web: db cache gone old'];
  expect(heldOf(vms, { db: 'coming', cache: 'up', old: 'absent' })).toEqual([
    'WEB (web) waits until these have started: DB',
  ]);
  expect(heldOf(vms, { db: 'up', cache: 'up', old: 'absent' })).toEqual([]);
});

test('each waits for its own: a chain starts one after the other', () => {
  const coming = { db: 'coming', app: 'coming', web: 'coming' } as const;
  expect(heldOf(['web: app', 'app: db', 'db: '], coming)).toEqual([
    'WEB (web) waits until these have started: APP',
    'APP (app) waits until these have started: DB',
  ]);
});

test('VMs in a circle do not wait for each other, and others wait for them', () => {
  const coming = { a: 'coming', b: 'coming', c: 'coming' } as const;
  expect(heldOf(['a: b', 'b: a', 'c: a', 'd: d'], { ...coming, d: 'coming' })).toEqual([
    'C (c) waits until these have started: A',
  ]);
});

test('some VM that is down may always start', () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
  const vms = fc.tuple(
    ...ids.map((id) => fc.subarray(ids).map((after) => ({ id, name: id, after }))),
  );
  fc.assert(
    fc.property(vms, (down) => {
      const earlier = new Map(ids.map((id) => [id, { name: id, standing: 'coming' as const }]));
      expect(planStartOrder({ vms: down, earlier }).held.length).toBeLessThan(down.length);
    }),
  );
});
