import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemTimers } from '@novacron/runtime/timers';
import { findQemu } from '../../../../../../test/support/services/find-qemu.ts';
import { findCpuBaselines } from './find-cpu-baselines.ts';
import { findHostFacts } from './find-host-facts.ts';
import { findNumaCells, readNumaCells } from './find-numa-cells.ts';
import { probeAccelerator } from './probe-accelerator.ts';
import { PROBE_BYTE } from './probe-guest.ts';

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
        cpuBaselines: expect.arrayContaining(['tcg:x86-64-v1', 'tcg:x86-64-v2']),
        numaCells: expect.any(Array),
        devices: expect.any(Array),
        cpuFingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
        qemuVersion: expect.stringMatching(/^\d+[.]\d+[.]\d+$/),
      },
    });
    const named = await examine({ cpuModel: 'Nehalem' });
    expect(named).toMatchObject({ value: { cpuModel: 'Nehalem', cpuFingerprint: '' } });
    expect(named).toMatchObject({ value: { cpuBaselines: [] } });
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

  /** @param late - of how many probe guests the time is over before QEMU has even started */
  function probeKvm(qemu: string, late: number): Promise<string | undefined> {
    let guests = 0;
    const after = (_delayMs: number, callback: () => void) => {
      guests += 1;
      const timer = guests > late ? undefined : setImmediate(callback);
      return () => clearImmediate(timer);
    };
    return probeAccelerator({ qemu, accelerator: 'kvm', cpuModel: 'host', timers: { after } });
  }
  const writes = `printf %s ${PROBE_BYTE}`;

  test('whose guest hangs where one in software runs is given up in time', async () => {
    const qemu = program('hanging', `case "$*" in *tcg*) ${writes};; esac; exec sleep 60`);
    expect(await probeKvm(qemu, 1)).toBe('the probe guest wrote nothing within 5 s');
  });

  test('gets more time on a host where a guest in software is late as well', async () => {
    const qemu = program('busy', `case "$*" in *kvm*) ${writes};; esac; exec sleep 60`);
    expect(await probeKvm(qemu, 2)).toBeUndefined();
  });

  test('that is late once more is given up', async () => {
    const reason = await probeKvm(program('frozen', 'exec sleep 60'), 3);
    expect(reason).toBe('the probe guest wrote nothing within 60 s');
  });
});

describe('the CPU baselines of a host', () => {
  const find = (qemu: string, accelerator: 'kvm' | 'tcg' = 'tcg') =>
    findCpuBaselines({ qemu, accelerator, vendor: 'GenuineIntel', timers: systemTimers });

  test('are those with which QEMU builds a machine', async () => {
    const found = await find(findQemu().qemu);
    expect(found.slice(0, 2)).toEqual(['tcg:x86-64-v1', 'tcg:x86-64-v2']);
    // No release of QEMU has AVX-512 in software.
    expect(found).not.toContain('tcg:x86-64-v4');
  });

  test('end with the most that QEMU accepts, and under KVM have the vendor', async () => {
    const qemu = program('qemu', 'case "$*" in *avx512*) exit 1;; esac; cat >/dev/null');
    const levels = ['x86-64-v1', 'x86-64-v2', 'x86-64-v3'];
    expect(await find(qemu, 'kvm')).toEqual(levels.map((level) => `kvm:GenuineIntel:${level}`));
  });

  test('are none where QEMU accepts no CPU, or cannot be started', async () => {
    expect(await find(program('qemu', 'exit 1'))).toEqual([]);
    expect(await find(join(directory, 'no-qemu'))).toEqual([]);
  });
});

describe('the NUMA cells of a host', () => {
  function cellFiles(id: number, cpulist: string, memoryKib: number): void {
    const inside = join(directory, 'cells', `node${id}`);
    mkdirSync(inside, { recursive: true });
    writeFileSync(join(inside, 'cpulist'), `${cpulist}\n`);
    const meminfo = `Node ${id} MemTotal:       ${memoryKib} kB\nNode ${id} MemFree: 1 kB\n`;
    writeFileSync(join(inside, 'meminfo'), meminfo);
  }

  test('are those with processors and memory, in the order of their numbers', () => {
    cellFiles(10, '4-7,12-15', 2_097_152);
    cellFiles(2, '0-3,8-11', 1_048_576);
    cellFiles(3, '', 1_048_576);
    cellFiles(4, '16', 0);
    writeFileSync(join(directory, 'cells', 'possible'), '0-10\n');
    expect(readNumaCells(join(directory, 'cells'))).toEqual([
      { id: 2, cpus: '0-3,8-11', cpuCores: 8, memoryMib: 1_024 },
      { id: 10, cpus: '4-7,12-15', cpuCores: 8, memoryMib: 2_048 },
    ]);
    expect(readNumaCells(join(directory, 'no-cells'))).toEqual([]);
  });

  test('are found where QEMU builds a machine that is bound to each, and else none', async () => {
    const builder = { accelerator: 'tcg', timers: systemTimers } as const;
    const { qemu } = findQemu();
    expect(await findNumaCells({ ...builder, qemu })).toEqual(readNumaCells());
    const refusing = program('qemu', 'case "$*" in *host-nodes*) exit 1;; esac; cat >/dev/null');
    expect(await findNumaCells({ ...builder, qemu: refusing })).toEqual([]);
  });
});
