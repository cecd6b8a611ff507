import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '@novacron/runtime/clock';
import { systemTimers } from '@novacron/runtime/timers';
import { waitUntil } from '../../../../../../test/support/src/wait-until.ts';
import { placesIn } from '../files/directories.ts';
import { listProcesses } from '../files/host-processes.ts';
import { requirePool } from '../files/storage-pool.ts';
import { childLauncher, type Launcher } from '../launch/launcher.ts';
import { type OpenHeartbeats, openHeartbeats } from './open-heartbeats.ts';

const WATCH_MS = 3_000;

let directory: string;
let states: string[];
let opened: OpenHeartbeats[];
let openedMs: number;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-heartbeats-'));
  states = [];
  opened = [];
});
afterEach(async () => {
  for (const each of opened) each.close();
  rmSync(directory, { recursive: true, force: true });
  // The processes end by themselves when their orders are gone.
  await waitUntil('the processes to end', () => writersIn(directory).length === 0 || undefined);
});

function open(
  node: string,
  storageDir = join(directory, 'pool'),
  launcher: Launcher = childLauncher,
): OpenHeartbeats {
  const places = placesIn({ runDir: join(directory, node), storageDir, node });
  requirePool(places, false);
  const heartbeats = openHeartbeats({
    node,
    places,
    launcher,
    clock: systemClock,
    timers: systemTimers,
    onState: (state) => states.push(`${node} ${state}`),
  });
  opened.push(heartbeats);
  openedMs = Date.now();
  return heartbeats;
}

/** Processes of this test that write. */
function writersIn(path: string) {
  return listProcesses().filter(
    ({ words }) =>
      words.some((word) => word.endsWith('heartbeat-process.js')) &&
      words.some((word) => word.startsWith(path)),
  );
}

const writersOf = (node: string) => writersIn(join(directory, node));

async function untilArrives(heartbeats: OpenHeartbeats): Promise<void> {
  await waitUntil('heartbeats to arrive', () => heartbeats.state() === 'arrives' || undefined);
}

function poolId(): string {
  return JSON.parse(readFileSync(join(directory, 'pool', 'pool.json'), 'utf8')).id;
}

const ask = (node: string, pool = poolId()) => ({ node, pool, watch_ms: WATCH_MS });

describe('heartbeats in a shared storage', () => {
  test('move while the host lives, also without its agent, and stop with it', async () => {
    const [first, second] = [open('node-01'), open('node-02')];
    await untilArrives(first);
    await untilArrives(second);
    expect(await second.watch(ask('node-01'))).toEqual({ kind: 'moves', guests: 0 });
    // The agent is gone.
    first.close();
    expect(await second.watch(ask('node-01'))).toEqual({ kind: 'moves', guests: 0 });
    for (const { pid } of writersOf('node-01')) process.kill(pid, 'SIGKILL');
    expect(await second.watch(ask('node-01'))).toEqual({
      kind: 'stopped',
      watched_ms: WATCH_MS,
      guests: 0,
    });
  });

  test('are written by one process for a node, that of its last agent', async () => {
    const first = open('node-01');
    await untilArrives(first);
    const [before] = writersOf('node-01');
    first.close();
    await untilArrives(open('node-01'));
    await waitUntil('one process', () => writersOf('node-01').length === 1 || undefined);
    expect(writersOf('node-01')[0]?.pid).not.toBe(before?.pid);
  });

  test('go on where their process is stopped: another one takes its place', async () => {
    const [first, second] = [open('node-01'), open('node-02')];
    await untilArrives(first);
    await untilArrives(second);
    await waitUntil('the first to be seen', () => second.peers?.()[0]);
    // A process that has only just been started is given some time.
    await waitUntil('a second', () => Date.now() - openedMs > 6_000 || undefined);
    const [{ pid } = { pid: 0 }] = writersOf('node-01');
    process.kill(pid, 'SIGSTOP');
    expect(await second.watch(ask('node-01'))).toEqual({ kind: 'moves', guests: 0 });
    await waitUntil('another process', () => writersOf('node-01')[0]?.pid !== pid || undefined);
    expect(await second.watch(ask('node-01'))).toEqual({ kind: 'moves', guests: 0 });
    expect(first.state()).toBe('arrives');
  }, 40_000);

  test('arrive at last from a process that takes long to start', async () => {
    const before = open('node-01');
    await untilArrives(before);
    before.close();
    for (const { pid } of writersOf('node-01')) process.kill(pid, 'SIGKILL');
    states = [];
    const slow: Launcher = {
      ...childLauncher,
      commandOf: ({ program, args }) => ({
        program: '/bin/sh',
        args: ['-c', 'sleep 8; exec "$0" "$@"', program, ...args],
      }),
    };
    const heartbeats = open('node-01', undefined, slow);
    const [{ pid } = { pid: 0 }] = await waitUntil('the process', () => {
      const found = writersOf('node-01');
      return found.length === 1 ? found : undefined;
    });
    await untilArrives(heartbeats);
    expect(writersOf('node-01')).toMatchObject([{ pid }]);
  }, 40_000);

  test('do not arrive, and none are written, where another storage is mounted', async () => {
    const first = open('node-01');
    await untilArrives(first);
    const pool = poolId();
    writeFileSync(join(directory, 'pool', 'pool.json'), JSON.stringify({ id: 'another' }));
    await waitUntil('they are late', () => first.state() === 'late' || undefined);
    expect(states).toEqual(['node-01 arrives', 'node-01 late']);
    expect(await first.watch(ask('node-02', pool))).toMatchObject({ kind: 'unknown' });
    writeFileSync(join(directory, 'pool', 'pool.json'), JSON.stringify({ id: pool }));
    await untilArrives(first);
  });

  test('are unknown in a copy of the storage, where they were never seen moving', async () => {
    const first = open('node-01');
    await untilArrives(first);
    // As after `cp -a`: the same id, the same heartbeats.
    const copy = join(directory, 'copy');
    cpSync(join(directory, 'pool'), copy, { recursive: true });
    const second = open('node-02', copy);
    await untilArrives(second);
    expect(await second.watch(ask('node-01'))).toEqual({
      kind: 'unknown',
      reason:
        'node-02 has not seen the heartbeat of node-01 move there lately: the storage may be a ' +
        'copy of the one that node-01 uses',
    });
    expect(second.peers?.()).toEqual([]);
  });

  test('that were seen moving are remembered by the next agent', async () => {
    const [first, second] = [open('node-01'), open('node-02')];
    await untilArrives(first);
    await untilArrives(second);
    await waitUntil('the first to be seen', () => second.peers?.()[0]);
    expect(second.peers?.()).toEqual([{ node: 'node-01', heartbeat: 'moves' }]);
    second.close();
    first.close();
    for (const { pid } of writersOf('node-01')) process.kill(pid, 'SIGKILL');
    const third = open('node-02');
    expect(third.peers?.()).toEqual([{ node: 'node-01', heartbeat: 'moves' }]);
    await untilArrives(third);
    expect(await third.watch(ask('node-01'))).toMatchObject({ kind: 'stopped' });
  });

  test('of another pool, or of no file, are unknown', async () => {
    const first = open('node-01');
    await untilArrives(first);
    expect(await first.watch(ask('node-02', 'another'))).toMatchObject({
      kind: 'unknown',
      reason: expect.stringContaining('not another'),
    });
    expect(await first.watch(ask('../node-02'))).toEqual({
      kind: 'unknown',
      reason: '../node-02 is not the name of a file',
    });
    expect(await first.watch(ask('node-02'))).toEqual({
      kind: 'unknown',
      reason: 'node-02 has written no heartbeat there',
    });
  });
});
