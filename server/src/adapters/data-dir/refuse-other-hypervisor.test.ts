import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { refuseOtherHypervisor } from './refuse-other-hypervisor.ts';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'novacron-hypervisor-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

test('a directory without machines is for every hypervisor', () => {
  mkdirSync(join(dataDir, 'agents'));
  mkdirSync(join(dataDir, 'qemu', 'machines'), { recursive: true });
  expect(refuseOtherHypervisor(dataDir, 'simulator')).toBeUndefined();
  expect(refuseOtherHypervisor(dataDir, 'qemu')).toBeUndefined();
});

test.each([
  ['agents/_fleet.db', 'simulator', 'qemu'],
  ['agents/node-01.db', 'simulator', 'qemu'],
  ['qemu/node-01.db', 'qemu', 'simulator'],
] as const)('a directory with %s is for %s alone', (file, own, other) => {
  mkdirSync(dirname(join(dataDir, file)), { recursive: true });
  writeFileSync(join(dataDir, file), '');
  expect(refuseOtherHypervisor(dataDir, own)).toBeUndefined();
  expect(refuseOtherHypervisor(dataDir, other)).toMatchObject({
    code: 'validation-failed',
    detail: `The VMs of the data directory ${dataDir} run on the hypervisor ${own}.`,
    remedy: `Start the server with --hypervisor ${own}, or name another --data-dir.`,
  });
});
