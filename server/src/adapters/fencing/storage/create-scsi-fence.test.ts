import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { reservationKey } from '@novacron/runtime/reservation-key';
import {
  makeScsiTarget,
  type ScsiTarget,
} from '../../../../../test/support/services/make-scsi-target.ts';
import { createScsiFence } from './create-scsi-fence.ts';
import type { StorageSwitch } from './storage-switch.ts';

const HOSTS = ['node-a', 'node-b', 'node-c'];

describe('a disk with persistent reservations', () => {
  let target: ScsiTarget;
  let fence: StorageSwitch;
  beforeEach(() => {
    target = makeScsiTarget(HOSTS);
    fence = open();
  });
  afterEach(() => target.remove());

  const open = (hosts: Readonly<Record<string, string>> = {}) =>
    createScsiFence({
      devices: [target.device],
      hosts: { 'node-a': 'node-a', 'node-b': 'node-b', 'node-c': 'node-c', ...hosts },
      timeoutMs: 20_000,
      ssh: target.ssh,
    });
  const keys = () => target.run('node-c', '--in', '--read-keys').match(/0x4e43[0-9a-f]{12}/g) ?? [];
  async function registerAll() {
    for (const host of HOSTS) expect(await fence.restore(host)).toEqual({ ok: true });
  }

  test('refuses a node whose key another one has preempted, and takes it back', async () => {
    await registerAll();
    expect(keys().sort()).toEqual(HOSTS.map(reservationKey).sort());
    expect(await fence.read('node-a')).toEqual({ ok: true, value: 'reaches' });
    expect(await fence.cutOff('node-a')).toEqual({ ok: true });
    expect(keys().sort()).toEqual(['node-b', 'node-c'].map(reservationKey).sort());
    expect(await fence.read('node-a')).toEqual({ ok: true, value: 'cut_off' });
    expect(await fence.read('node-b')).toEqual({ ok: true, value: 'reaches' });
    // It had reserved the disk; another node has now, and it stays closed to others.
    expect(target.run('node-c', '--in', '--read-reservation')).toContain(
      'type: Write Exclusive, registrants only',
    );
    expect(await fence.cutOff('node-a')).toEqual({ ok: true });
    expect(await fence.restore('node-a')).toEqual({ ok: true });
    expect(await fence.read('node-a')).toEqual({ ok: true, value: 'reaches' });
  });

  test('that no node has reserved has cut no node off', async () => {
    target.run('node-b', '--out', '--register-ignore', `--param-sark=${reservationKey('node-b')}`);
    expect(await fence.read('node-a')).toEqual({
      ok: false,
      error: `has no reservation for registered nodes at ${target.device}: every node may write`,
    });
  });

  test('that is reserved for one node alone has cut no node off', async () => {
    const key = reservationKey('node-b');
    target.run('node-b', '--out', '--register-ignore', `--param-sark=${key}`);
    target.run('node-b', '--out', '--reserve', `--param-rk=${key}`, '--prout-type=1');
    expect(await fence.read('node-a')).toMatchObject({ ok: false });
  });

  test('is asked through another node where the first one does not answer', async () => {
    await registerAll();
    fence = open({ 'node-b': 'gone' });
    expect(await fence.cutOff('node-a')).toEqual({ ok: true });
    expect(await fence.read('node-a')).toEqual({ ok: true, value: 'cut_off' });
    fence = open({ 'node-b': 'gone', 'node-c': 'gone' });
    expect(await fence.cutOff('node-a')).toEqual({
      ok: false,
      error: 'through node-c says: ssh: connect to host gone port 22: No route to host',
    });
  });

  test('keeps the key of a node where the other one may not preempt it', async () => {
    await fence.restore('node-a');
    expect(await fence.cutOff('node-a')).toMatchObject({
      ok: false,
      error: expect.stringContaining('Reservation conflict'),
    });
    expect(await fence.read('node-a')).toEqual({ ok: true, value: 'reaches' });
  });
});

test('the keys of nodes differ, and are never those of other programs', () => {
  expect(reservationKey('node-a')).toMatch(/^0x4e43[0-9a-f]{12}$/);
  expect(reservationKey('node-a')).not.toBe(reservationKey('node-b'));
});
