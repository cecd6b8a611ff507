/** A memory that overlooked something would let a server break promises. */
import { describe, expect, test } from '@jest/globals';
import { type Made, makeMemory } from './caller-memory.ts';
import { stateOfVm, stateOfVolume } from './world.ts';

const VM: Made = { kind: 'vm', id: 'vm', state: { memory_gb: 1, status: 'running' } };
const VOLUME: Made = { kind: 'volume', id: 'vol', state: { size_gb: 5, attached_to: 'vm' } };
const RUNS = stateOfVm({ memory_gb: 1, status: 'running' });
const GROWN = stateOfVm({ memory_gb: 2, status: 'running' });
const PLUGGED = stateOfVolume({ size_gb: 5, attached_to: 'vm' });
const LOOSE = stateOfVolume({ size_gb: 5 });

const grow = <T>(state: T): T => ({ ...state, memory_gb: 2 });

describe('a caller’s memory', () => {
  test('misses what was promised and is gone', () => {
    const memory = makeMemory();
    memory.add(VM);
    expect(memory.check(new Map())).toEqual([`vm is gone, promised was ${RUNS}`]);
  });

  test('holds to a change that was acknowledged, and to none that was refused', () => {
    const memory = makeMemory();
    memory.add(VM);
    memory.change('refused', 'vm', grow);
    expect(memory.check(new Map([['vm', GROWN]]))).toHaveLength(1);
    memory.change('acknowledged', 'vm', grow);
    expect(memory.check(new Map([['vm', RUNS]]))).toHaveLength(1);
    expect(memory.check(new Map([['vm', GROWN]]))).toEqual([]);
  });

  test('accepts either outcome of an unanswered call, but not a later change of it', () => {
    const memory = makeMemory();
    memory.add(VM);
    memory.change('unknown', 'vm', grow);
    expect(memory.check(new Map([['vm', 'half of it']]))).toHaveLength(1);
    expect(memory.check(new Map([['vm', GROWN]]))).toEqual([]);
    expect(memory.check(new Map([['vm', RUNS]]))).toHaveLength(1);
  });

  test('finds what was deleted and is there again', () => {
    const memory = makeMemory();
    memory.add(VM);
    memory.remove('acknowledged', 'vm');
    expect(memory.pick('vm', 0)).toBeUndefined();
    expect(memory.check(new Map([['vm', RUNS]]))).toEqual([`vm is ${RUNS}, promised was gone`]);
  });

  test('knows that the volumes of a deleted VM are kept, and plugged in no more', () => {
    const memory = makeMemory();
    memory.add(VM);
    memory.add(VOLUME);
    memory.remove('unknown', 'vm');
    expect(memory.check(new Map([['vol', LOOSE]]))).toEqual([]);
    memory.add(VM);
    memory.add(VOLUME);
    memory.remove('acknowledged', 'vm');
    expect(memory.check(new Map([['vol', PLUGGED]]))).toHaveLength(1);
  });
});
