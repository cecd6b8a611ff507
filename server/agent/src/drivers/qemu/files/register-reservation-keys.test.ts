import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { reservationKey } from '@novacron/runtime/reservation-key';
import {
  makeScsiTarget,
  type ScsiTarget,
} from '../../../../../../test/support/services/make-scsi-target.ts';
import { registerReservationKeys } from './register-reservation-keys.ts';

const HOSTS = ['node-a', 'node-b'];

describe('a node at a disk with persistent reservations', () => {
  let target: ScsiTarget;
  let directory: string;
  beforeEach(() => {
    target = makeScsiTarget(HOSTS);
    directory = mkdtempSync(join(tmpdir(), 'novacron-reservations-'));
  });
  afterEach(() => {
    target.remove();
    rmSync(directory, { recursive: true });
  });

  let bootId = 'first boot';
  const register = (node: string) =>
    registerReservationKeys({
      node,
      devices: [target.device],
      runDir: join(directory, node),
      bootId,
      command: [target.ssh, '--', node, 'sg_persist'],
    });
  const keys = () => target.run('node-b', '--in', '--read-keys').match(/0x4e43[0-9a-f]{12}/g) ?? [];
  function cutOff(node: string): void {
    const own = `--param-rk=${reservationKey('node-b')}`;
    const other = `--param-sark=${reservationKey(node)}`;
    target.run('node-b', '--out', '--preempt-abort', own, other, '--prout-type=5');
  }

  test('is registered once, and the disk is reserved for registered nodes', async () => {
    expect(await register('node-a')).toEqual({ ok: true, value: 'registered' });
    expect(await register('node-b')).toEqual({ ok: true, value: 'registered' });
    expect(await register('node-a')).toEqual({ ok: true, value: 'kept' });
    expect(keys().sort()).toEqual(HOSTS.map(reservationKey).sort());
    const held = target.run('node-b', '--in', '--read-reservation');
    expect(held).toContain(`Key=${reservationKey('node-a')}`);
    expect(held).toContain('type: Write Exclusive, registrants only');
  });

  test('that was cut off does not register itself again before its host restarts', async () => {
    await register('node-a');
    await register('node-b');
    cutOff('node-a');
    expect(await register('node-a')).toEqual({
      ok: false,
      error: `was cut off from ${target.device}`,
    });
    expect(keys()).toEqual([reservationKey('node-b')]);
    bootId = 'second boot';
    expect(await register('node-a')).toEqual({ ok: true, value: 'registered' });
    expect(await register('node-a')).toEqual({ ok: true, value: 'kept' });
  });

  test('that does not reach the disk is said so', async () => {
    expect(await register('node-c')).toEqual({
      ok: false,
      error: expect.stringContaining('No route to host'),
    });
  });
});
