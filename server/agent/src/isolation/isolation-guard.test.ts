import { beforeEach, describe, expect, test } from '@jest/globals';
import { createIsolationGuard, type IsolationGuard, KILL_MS } from './isolation-guard.ts';

const LEASE_MS = 60_000;
const WATCHDOG_MS = 10_000;

let nowMs: number;
let running: Set<string>;
let immortal: Set<string>;
let killed: string[];
let guard: IsolationGuard;

function make(before?: Parameters<typeof createIsolationGuard>[0]['before']): IsolationGuard {
  return createIsolationGuard({
    leaseMs: LEASE_MS,
    bootMs: () => nowMs,
    kill: (vms) => {
      const here = [...running].filter((vm) => vms.has(vm));
      for (const vm of here) if (!immortal.has(vm)) running.delete(vm);
      return { killed: here, alive: here.filter((vm) => immortal.has(vm)) };
    },
    onKilled: (vms) => killed.push(...vms),
    before,
  });
}

beforeEach(() => {
  nowMs = 1_000_000;
  running = new Set(['a', 'b', 'other']);
  immortal = new Set();
  killed = [];
  guard = make();
});

/** Sends heartbeats each second, which are not stored. */
function beat(from: number, to: number, vms: readonly string[]): void {
  for (let number = from; number <= to; number += 1) {
    guard.sent(number, nowMs, vms);
    nowMs += 1_000;
  }
}

const pets = () => guard.look().mayPet(WATCHDOG_MS);

describe('the guard of isolated VMs', () => {
  test('kills its VMs, and no others, before the lease of the last stored heartbeat ends', () => {
    const startMs = nowMs;
    beat(1, 5, ['a', 'b']);
    guard.stored(2);
    expect(guard.state()).toEqual({ vms: ['a', 'b'], endsAtMs: startMs + 1_000 + LEASE_MS });
    nowMs = startMs + 1_000 + LEASE_MS - KILL_MS - 1;
    expect(guard.look().state).toBe('guards');
    expect(killed).toEqual([]);
    nowMs += 1;
    expect(guard.look().state).toBe('expired');
    expect(killed).toEqual(['a', 'b']);
    expect(running).toEqual(new Set(['other']));
  });

  test('counts from the first heartbeat that names them while none is known to be stored', () => {
    const startMs = nowMs;
    beat(1, 30, ['a']);
    expect(guard.state()?.endsAtMs).toBe(startMs + LEASE_MS);
    guard.stored(99);
    expect(guard.state()?.endsAtMs).toBe(startMs + LEASE_MS);
  });

  test('goes on guarding what a stored heartbeat may name', () => {
    beat(1, 2, ['a', 'b']);
    guard.stored(2);
    beat(3, 4, ['b']);
    expect(guard.state()?.vms).toEqual(['a', 'b']);
    guard.stored(3);
    expect(guard.state()?.vms).toEqual(['b']);
    beat(5, 6, []);
    guard.stored(4);
    expect(guard.state()?.vms).toEqual(['b']);
    guard.stored(6);
    expect(guard.state()).toBeUndefined();
    expect(guard.look()).toMatchObject({ state: 'idle' });
  });

  test('forgets nothing that was named long ago, and extends by nothing that old', () => {
    beat(1, 1, ['a']);
    guard.stored(1);
    beat(2, 200, []);
    expect(guard.state()?.vms).toEqual(['a']);
    const before = guard.state()?.endsAtMs;
    guard.stored(2);
    expect(guard.state()?.endsAtMs).toBe(before);
  });

  test('pets no further than the host may be reset within the lease', () => {
    beat(1, 1, ['a']);
    guard.stored(1);
    const endsAtMs = guard.state()?.endsAtMs ?? 0;
    nowMs = endsAtMs - WATCHDOG_MS - 1_000;
    expect(pets()).toBe(true);
    nowMs += 1;
    expect(pets()).toBe(false);
    // All are dead: the host may run on.
    nowMs = endsAtMs - KILL_MS;
    expect(pets()).toBe(true);
  });

  test('leaves the host to the watchdog where a VM does not die', () => {
    immortal.add('a');
    beat(1, 1, ['a', 'b']);
    nowMs += LEASE_MS;
    expect(pets()).toBe(false);
    expect(running).toEqual(new Set(['a', 'other']));
    immortal.clear();
    expect(pets()).toBe(true);
  });

  test('kills at once after the host was suspended, and what starts later', () => {
    beat(1, 1, ['a']);
    nowMs += 10 * LEASE_MS;
    guard.look();
    expect(killed).toEqual(['a']);
    running.add('a');
    guard.look();
    expect(running).not.toContain('a');
    guard.sent(2, nowMs, ['a']);
    guard.stored(2);
    running.add('a');
    expect(guard.look().state).toBe('guards');
    expect(running).toContain('a');
  });

  test('takes over what the process before it has guarded', () => {
    guard = make({ vms: ['a'], endsAtMs: nowMs + 20_000 });
    expect(pets()).toBe(true);
    nowMs += 17_000;
    expect(guard.look().state).toBe('expired');
    expect(killed).toEqual(['a']);
  });
});
