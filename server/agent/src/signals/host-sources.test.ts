import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Timers } from '@novacron/runtime/timers';
import { listHostSources } from './host-sources.ts';

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'novacron-signals-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** Stands for smartctl: a script that is called with the same arguments. */
function makeProgram(lines: readonly string[]): string {
  const file = write('bin/smartctl', ['#!/bin/sh', ...lines, ''].join('\n'));
  chmodSync(file, 0o755);
  return file;
}

/** Never calls back: no program is late. */
const PATIENT: Timers = { after: () => () => undefined };

function sourcesOf(smartctl = '/nowhere/smartctl', timers = PATIENT) {
  const sources = listHostSources(timers, { root, smartctl });
  return async (name: string) => sources.find((each) => each.name === name)?.read();
}

test('a host that has nothing of it says nothing', async () => {
  const read = sourcesOf();
  const names = ['smart', 'mdraid', 'edac', 'memory pressure'];
  expect(await Promise.all(names.map(read))).toEqual([
    { disks: [] },
    { arrays: [] },
    { memory: [] },
    {},
  ]);
});

test('counters of memory controllers are read', async () => {
  write('sys/devices/system/edac/mc/mc0/ce_count', '17\n');
  write('sys/devices/system/edac/mc/mc0/ue_count', '1\n');
  write('sys/devices/system/edac/mc/mc1/ce_count', '0\n');
  write('sys/devices/system/edac/mc/power/control', 'auto\n');
  expect(await sourcesOf()('edac')).toEqual({
    memory: [
      { controller: 'mc0', corrected: 17, uncorrected: 1 },
      { controller: 'mc1', corrected: 0, uncorrected: 0 },
    ],
  });
});

test('disks are read by smartctl, whatever its exit status is', async () => {
  for (const name of ['sda', 'sda1', 'loop0', 'nvme0n1', 'dm-0'])
    mkdirSync(join(root, 'sys/block', name), { recursive: true });
  const program = makeProgram([
    'for last; do :; done',
    'case $last in',
    `*sda) echo '{"model_name":"A","smart_status":{"passed":false}}'; exit 24;;`,
    `*) echo '{"model_name":"B","smart_status":{"passed":true}}';;`,
    'esac',
  ]);
  const found = await sourcesOf(program)('smart');
  expect(found?.disks?.map(({ device, model, state }) => [device, model, state])).toEqual([
    ['nvme0n1', 'B', 'sound'],
    ['sda', 'A', 'failing'],
  ]);
});

test('a disk that hangs is silent, and the others are read', async () => {
  for (const name of ['sda', 'sdb']) mkdirSync(join(root, 'sys/block', name), { recursive: true });
  const program = makeProgram([
    'for last; do :; done',
    `case $last in *sda) exec sleep 600;; esac`,
    `echo '{"smart_status":{"passed":true}}'`,
  ]);
  let isFirst = true;
  const after: Timers['after'] = (_, callback) => {
    if (isFirst) callback();
    isFirst = false;
    return () => undefined;
  };
  const found = await sourcesOf(program, { after })('smart');
  expect(found?.disks?.map(({ device, state }) => [device, state])).toEqual([
    ['sda', 'silent'],
    ['sdb', 'sound'],
  ]);
});
