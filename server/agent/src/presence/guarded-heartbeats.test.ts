/** The process of heartbeats guards VMs: real processes, and a watchdog that is a file. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Bus } from '@novacron/bus/bus';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { type AgentAnnouncement, AgentFeature } from '@novacron/contract/agent/agent-announcement';
import { announceSubject, leaseSubject } from '@novacron/contract/agent/agent-subjects';
import type { JsonObject } from '@novacron/contract/json';
import { systemTimers } from '@novacron/runtime/timers';
import { awaitEnd, recordProcess } from '../drivers/qemu/machine/machine-process.ts';
import { type GuestProcess, killGuests } from '../isolation/guest-processes.ts';
import { openWatchdog, readWatchdogMs } from '../isolation/open-watchdog.ts';
import { createVirtualTime, type VirtualTime } from '../test-kit/virtual-time.ts';
import type { FromHeartbeatProcess, GuardOrder } from './heartbeat-messages.ts';
import { type RunningHeartbeats, runHeartbeats } from './run-heartbeats.ts';

const NODE = 'node-01';
const TERM = 'term-1';
const SECOND_MS = 1_000;
const LEASE_MS = 60_000;
/** Value of `timeout` in the fake watchdog. */
const WATCHDOG_MS = 10_000;
const ENDED_MS = 10_000;

const announcementOf = (vms: readonly string[]): AgentAnnouncement => ({
  protocol: 1,
  node: NODE,
  zone: 'z',
  rack: 'r',
  driver: 'qemu',
  capabilities: { hotplugCpu: 'no', hotplugMemory: 'no', hotplugDisk: 'no', liveMigration: 'no' },
  capacity: { cpu_cores: 1, memory_mib: 1, disk_gb: 1 },
  isolation_guard: { lease_ms: LEASE_MS, vms: [...vms] },
});

let time: VirtualTime;
let bus: Bus;
let heard: JsonObject[];
let server: 'stores' | 'away';
let said: FromHeartbeatProcess[];
let state: 'runs' | 'ended';
let heartbeats: RunningHeartbeats;
let directory: string;
let watchdog: string;
let kill: typeof killGuests;
const children: ChildProcess[] = [];

beforeEach(() => {
  time = createVirtualTime();
  bus = openMemoryBus({ timers: time.timers });
  heard = [];
  said = [];
  server = 'stores';
  state = 'runs';
  kill = killGuests;
  directory = mkdtempSync(join(tmpdir(), 'watchdog-'));
  watchdog = join(directory, 'watchdog');
  writeFileSync(watchdog, '');
  mkdirSync(join(directory, 'watchdog0'));
  writeFileSync(join(directory, 'watchdog0', 'timeout'), `${WATCHDOG_MS / SECOND_MS}\n`);
  writeFileSync(join(directory, 'watchdog0', 'nowayout'), '0\n');
  bus.subscribe(announceSubject(NODE), (message) => {
    heard.push(message);
    const { incarnation = '', beat = 0 } = message;
    if (server === 'away') return;
    const control_plane = { id: 'cp', term: TERM, number: 1 };
    bus.publish(leaseSubject(NODE), { incarnation, beat, stored_beat: beat, control_plane });
  });
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(directory, { recursive: true });
});

function guest(vm_id: string): GuestProcess {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
  children.push(child);
  const found = recordProcess(child.pid ?? 0);
  if (found === undefined) throw new Error('the guest runs');
  return { vm_id, pid: found.pid, start_time: found.start_time };
}

const hasEnded = async ({ pid, start_time }: GuestProcess): Promise<boolean> => {
  const boot_id = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const wait = { timers: systemTimers, timeoutMs: ENDED_MS };
  return (await awaitEnd({ pid, start_time, boot_id }, wait)) === 'ended';
};
const runs = ({ pid, start_time }: GuestProcess) => recordProcess(pid)?.start_time === start_time;

function begin(guard: Partial<GuardOrder>, vms: readonly string[] = ['guarded']): void {
  const { clock, timers } = time;
  heartbeats = runHeartbeats({
    wire: {
      publish: (subject, message) => bus.publish(subject, { ...message }),
      subscribe: (subject, hear) => bus.subscribe(subject, hear),
    },
    timers,
    bootMs: clock.nowMs,
    steadyMs: clock.nowMs,
    send: (message) => said.push(message),
    watchdog: {
      open: () => openWatchdog(watchdog, directory),
      readTimeoutMs: () => readWatchdogMs(watchdog, directory),
    },
    kill: (processes, ids) => kill(processes, ids),
    onEnd: () => {
      state = 'ended';
    },
  });
  heartbeats.take({ kind: 'alive', knows: AgentFeature.options });
  heartbeats.take({
    kind: 'start',
    node: NODE,
    incarnation: 'start-1',
    announceSubject: announceSubject(NODE),
    leaseSubject: leaseSubject(NODE),
    afterBeat: 0,
    announcement: announcementOf(vms),
    guard: { leaseMs: LEASE_MS, guests: [], term: TERM, ...guard },
  });
}

async function respond(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    heartbeats.take({ kind: 'alive', knows: AgentFeature.options });
    await time.advance(SECOND_MS);
  }
}

const written = () => readFileSync(watchdog, 'utf8');

describe('the process of heartbeats', () => {
  test('kills guarded guests when no server has stored a heartbeat, and no others', async () => {
    const [guarded, neighbour] = [guest('guarded'), guest('neighbour')];
    begin({ guests: [guarded, neighbour] });
    await respond(5);
    expect(heard.at(-1)).toMatchObject({ beat: 6 });
    server = 'away';
    await respond(50);
    expect(runs(guarded)).toBe(true);
    await respond(10);
    expect(await hasEnded(guarded)).toBe(true);
    expect(runs(neighbour)).toBe(true);
    expect(said).toContainEqual({ kind: 'killed', node: NODE, vms: ['guarded'] });
    // All are dead: the host runs on, and its watchdog is petted again.
    const before = written().length;
    await respond(2);
    expect(written().length).toBeGreaterThan(before);
    expect(written()).not.toContain('V');
  });

  test('never takes a later process for a guest', async () => {
    const later = { ...guest('guarded'), start_time: '1' };
    begin({ guests: [later] });
    await respond(2);
    server = 'away';
    await respond(90);
    expect(recordProcess(later.pid)).toBeDefined();
  });

  test('pets only as far as the lease goes, and no more where a guest does not die', async () => {
    const guarded = guest('guarded');
    kill = (processes, vms) => killGuests(processes, vms, () => undefined);
    begin({ guests: [guarded] });
    await respond(5);
    server = 'away';
    const lastMs = time.clock.nowMs();
    await respond(40);
    const lastPets = written().length;
    let petMs = time.clock.nowMs();
    for (let second = 0; second < 60; second += 1) {
      const before = written().length;
      await respond(1);
      if (written().length > before) petMs = time.clock.nowMs();
    }
    expect(written().length).toBeGreaterThan(lastPets);
    expect(petMs + WATCHDOG_MS).toBeLessThanOrEqual(lastMs + LEASE_MS);
    expect(runs(guarded)).toBe(true);
  });

  test('kills a guest that is started when the lease is over', async () => {
    begin({});
    await respond(2);
    server = 'away';
    await respond(70);
    const late = guest('guarded');
    heartbeats.take({ kind: 'guests', node: NODE, guests: [late] });
    expect(await hasEnded(late)).toBe(true);
  });

  test('lets guests run on while its agent hangs and its servers store', async () => {
    const guarded = guest('guarded');
    begin({ guests: [guarded] });
    await time.advance(5 * LEASE_MS);
    expect(runs(guarded)).toBe(true);
    heartbeats.take({ kind: 'follow', node: NODE, term: 'another' });
    await time.advance(2 * LEASE_MS);
    expect(await hasEnded(guarded)).toBe(true);
  });

  test('guards nothing where the watchdog cannot be used, and says so', async () => {
    writeFileSync(join(directory, 'watchdog0', 'nowayout'), '1\n');
    begin({ guests: [guest('guarded')] });
    await respond(2);
    expect(heard.at(0)).toMatchObject({ isolation_guard: { vms: [] } });
    expect(said).toContainEqual({
      kind: 'watchdog',
      state: { kind: 'failed', reason: expect.stringContaining('cannot be stopped once it runs') },
    });
  });

  test('tries the watchdog once where nothing is guarded, and stops it again', async () => {
    begin({}, []);
    expect(written()).toBe('');
    await respond(3);
    expect(said).toContainEqual({
      kind: 'watchdog',
      state: { kind: 'ready', timeoutMs: WATCHDOG_MS },
    });
    expect(written()).toBe('V');
  });

  test('that stops waits until servers know, and then stops the watchdog', async () => {
    const guarded = guest('guarded');
    begin({ guests: [guarded] });
    await respond(5);
    heartbeats.take({ kind: 'stop' });
    expect(state).toBe('runs');
    await time.advance(SECOND_MS);
    expect(state).toBe('ended');
    expect(heard.at(-1)).toMatchObject({ isolation_guard: { vms: [] } });
    expect(runs(guarded)).toBe(true);
    expect(written()).toMatch(/^\.+V$/);
  });

  test('that stops while no server is heard kills what may start elsewhere', async () => {
    const guarded = guest('guarded');
    begin({ guests: [guarded] });
    await respond(5);
    server = 'away';
    heartbeats.take({ kind: 'stop' });
    await time.advance(9 * SECOND_MS);
    expect(runs(guarded)).toBe(true);
    await time.advance(2 * SECOND_MS);
    expect(await hasEnded(guarded)).toBe(true);
    await time.advance(SECOND_MS);
    expect(state).toBe('ended');
    expect(written()).toMatch(/V$/);
  });

  test('that replaces one that died goes on where that one was', async () => {
    const guarded = guest('guarded');
    server = 'away';
    const endsAtMs = time.clock.nowMs() + 20 * SECOND_MS;
    begin({ guests: [guarded], before: { vms: ['guarded'], endsAtMs } }, []);
    await time.advance(SECOND_MS);
    expect(written()).toMatch(/^\.+$/);
    await time.advance(15 * SECOND_MS);
    expect(runs(guarded)).toBe(true);
    await time.advance(2 * SECOND_MS);
    expect(await hasEnded(guarded)).toBe(true);
  });

  test('leaves the watchdog running where another start of its agent takes over', async () => {
    begin({ guests: [guest('guarded')] });
    await respond(3);
    heartbeats.agentGone();
    bus.publish(announceSubject(NODE), { node: NODE, incarnation: 'start-2', beat: 1 });
    await time.advance(SECOND_MS);
    expect(state).toBe('ended');
    expect(written()).not.toContain('V');
  });
});
