import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemTimers } from '@novacron/runtime/timers';
import { createSampleIds } from '../../../test-kit/samples.ts';
import {
  awaitEnd,
  findByMonitor,
  isRunning,
  killProcess,
  type ProcessRecord,
  readProcessUse,
  recordProcess,
} from './machine-process.ts';

const MONITOR = '/run,dir/vm (1)/qmp.sock';

let child: ChildProcess;
let record: ProcessRecord;

beforeEach(async () => {
  const argument = `socket,id=monitor0,path=${MONITOR.replace(',', ',,')},server=on,wait=off`;
  const script = 'setInterval(() => {}, 1000); process.stdout.write("up")';
  child = spawn(process.execPath, ['-e', script, argument], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (child.stdout !== null) await once(child.stdout, 'data');
  const found = recordProcess(child.pid ?? 0);
  if (found === undefined) throw new Error('the process was not found');
  record = found;
});
afterEach(() => {
  child.kill('SIGKILL');
});

describe('the process of a machine', () => {
  test('is recognized by its number, its start and the boot of the host', () => {
    expect(isRunning(record)).toBe(true);
    expect(readProcessUse(record)?.residentPages).toBeGreaterThan(0);
    for (const other of [
      { ...record, start_time: `${record.start_time}1` },
      { ...record, boot_id: 'another' },
      { ...record, pid: process.pid },
    ]) {
      expect(isRunning(other)).toBe(false);
      expect(readProcessUse(other)).toBeUndefined();
    }
  });

  test('is found by the monitor in its command line, and no other is', () => {
    const vmId = createSampleIds()('vm');
    const ofMonitor = (path: string) => (given: string) => (given === path ? vmId : undefined);
    expect(findByMonitor(ofMonitor(MONITOR))).toEqual(new Map([[vmId, record]]));
    expect(findByMonitor(ofMonitor('/elsewhere'))).toEqual(new Map());
  });

  test('is killed, and not where another process has its number by now', async () => {
    const reused = { ...record, start_time: '1' };
    expect(await killProcess(reused, systemTimers)).toBe('ended');
    expect(isRunning(record)).toBe(true);
    expect(await awaitEnd(record, { timers: systemTimers, timeoutMs: 1 })).toBe('running');
    expect(await killProcess(record, systemTimers)).toBe('ended');
    expect(await killProcess(record, systemTimers)).toBe('ended');
  });
});
