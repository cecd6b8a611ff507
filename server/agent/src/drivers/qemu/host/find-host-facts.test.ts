import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemTimers } from '@novacron/runtime/timers';
import { findQemu } from '../../../../../../test/support/services/find-qemu.ts';
import { findHostFacts } from './find-host-facts.ts';
import { probeAccelerator } from './probe-accelerator.ts';

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-host-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** A program that answers every question in the same way. */
function program(name: string, script: string): string {
  const file = join(directory, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o700);
  return file;
}

const examine = (parts: Partial<Parameters<typeof findHostFacts>[0]> = {}) =>
  findHostFacts({
    programs: findQemu(),
    accel: 'tcg',
    cpuModel: undefined,
    timers: systemTimers,
    ...parts,
  });

describe('the facts of a host', () => {
  test('name the release of QEMU, the accelerator with its reason and the CPU', async () => {
    expect(await examine()).toEqual({
      ok: true,
      value: {
        accelerator: 'tcg',
        acceleratorReason: 'it was asked for',
        cpuModel: 'max',
        cpuFingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
        qemuVersion: expect.stringMatching(/^\d+[.]\d+[.]\d+$/),
      },
    });
    const named = await examine({ cpuModel: 'Nehalem' });
    expect(named).toMatchObject({ value: { cpuModel: 'Nehalem', cpuFingerprint: '' } });
  });

  test.each([
    ['none', undefined, /cannot use \S+no-qemu: it is not on this host[.]$/],
    [
      'an old one',
      'echo QEMU emulator version 6.2.0',
      /cannot use \S+: it is release 6[.]2[.]0[.]$/,
    ],
    ['a broken one', 'exit 3', /cannot use \S+: Command failed/],
  ])('cannot be found with %s', async (_what, script, detail) => {
    const qemu = script === undefined ? join(directory, 'no-qemu') : program('qemu', script);
    const { image } = findQemu();
    expect(await examine({ programs: { qemu, image } })).toMatchObject({
      error: {
        detail: expect.stringMatching(detail),
        remedy: expect.stringMatching(/^Install QEMU 7[.]2 or later/),
      },
    });
  });
});

describe('an accelerator', () => {
  const probe = (qemu: string) =>
    probeAccelerator({ qemu, accelerator: 'tcg', cpuModel: 'max', timers: systemTimers });

  test('is proven by a guest that writes its first byte', async () => {
    expect(await probe(findQemu().qemu)).toBeUndefined();
  });

  test.each([
    ['ends with an error', 'echo no such accelerator >&2; exit 1', 'no such accelerator'],
    ['ends without one', 'exit 1', 'QEMU ended without a word'],
  ])('that %s is not there, and the reason is kept', async (_what, script, reason) => {
    expect(await probe(program('accelerator', script))).toBe(reason);
  });

  test('whose guest hangs is given up in time, and its process is ended', async () => {
    // Time passes at once: the probe guest never writes.
    const timers = {
      after: (_delayMs: number, callback: () => void) => {
        const timer = setImmediate(callback);
        return () => clearImmediate(timer);
      },
    };
    const qemu = program('hanging', 'exec sleep 60');
    const reason = await probeAccelerator({ qemu, accelerator: 'kvm', cpuModel: 'host', timers });
    expect(reason).toBe('the probe guest wrote nothing within 5 s');
  });
});
