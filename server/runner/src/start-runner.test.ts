import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@novacron/runtime/clock';
import { findIsolation } from '../../../test/support/services/find-isolation.ts';
import { waitUntil } from '../../../test/support/src/wait-until.ts';
import { openJournal } from './journal/open-journal.ts';
import { EXECUTION, openRunnerBench, type RunnerBench } from './test-kit/open-runner-bench.ts';

findIsolation();

let bench: RunnerBench;
beforeEach(() => {
  bench = openRunnerBench({ places: 2 });
});
afterEach(() => bench.close());

const shell = (script: string) => ['sh', '-c', script];

describe('a runner', () => {
  it('runs a command, says how it ended, and has its log', async () => {
    bench.start('start-1');
    const words = shell('echo out; echo err >&2; exit 3');
    expect(await bench.send({ words })).toEqual({ kind: 'accepted' });
    const outcome = await bench.completed('check#1');
    expect(outcome).toMatchObject({ kind: 'exited', code: 3, stdout: 'out\n', log_length: 8 });
    expect(await bench.ask('check#1')).toEqual({ kind: 'ended', outcome });
    expect((await bench.log('check#1')).split('\n').toSorted()).toEqual(['', 'err', 'out']);
    expect(await bench.log('check#1', 4)).toHaveLength(4);
    expect(await bench.ask('other')).toEqual({ kind: 'unknown' });
  });

  it('has the log of a command that runs, with its secrets masked', async () => {
    bench.start('start-1');
    // Its end may be the beginning of a secret, and is held back.
    const words = shell('echo first; echo correct-horse; printf %099d 0; sleep 4725');
    await bench.send({ words, masked: ['correct-horse'] });
    const log = await waitUntil('its log', async () => {
      const soFar = await bench.log('check#1');
      return soFar.includes('0') ? soFar : undefined;
    });
    expect(log).toMatch(/^first\n[*]{3}\n0+$/);
    expect(await bench.log('check#1', 'first\n'.length)).toBe(log.slice('first\n'.length));
    expect(await bench.ask('check#1')).toEqual({ kind: 'running' });
    await bench.ask('check#1', { withdraw: { dispatch: 1, cancel: true } });
    await bench.completed('check#1');
    expect(await bench.log('check#1')).toBe(`first\n***\n${'0'.repeat(99)}`);
  });

  it('answers a repeat from its journal, also after a restart, and runs it once', async () => {
    const first = bench.start('start-1');
    const order = { words: shell('cat /proc/sys/kernel/random/uuid') };
    await bench.send(order);
    const outcome = await bench.completed('check#1');
    await bench.send(order);
    await first.stop(0);
    bench.start('start-2');
    expect(await bench.send({ ...order, start: 'start-2' })).toEqual({ kind: 'accepted' });
    expect(bench.completions.map((each) => each.outcome)).toEqual([outcome, outcome, outcome]);
  });

  it('refuses what is late, of another start, or more than it has places for', async () => {
    bench.start('start-1');
    await bench.send({ attempt: 'check#2', sequence: 7 });
    const late = await bench.send({ attempt: 'check#1', sequence: 3 });
    expect(late).toEqual({ kind: 'superseded', by: 'check#2' });
    const other = await bench.send({ start: 'start-0', attempt: 'check#3' });
    expect(other).toEqual({ kind: 'another-start', current: 'start-1' });
    await bench.completed('check#2');
    const words = ['sleep', '4721'];
    for (const step of ['a', 'b']) await bench.send({ words, step, attempt: step });
    expect(await bench.send({ words, step: 'c', attempt: 'c' })).toEqual({ kind: 'busy' });
    expect(await bench.ask('c')).toEqual({ kind: 'unknown' });
    await bench.ask('a', { withdraw: { dispatch: 1, cancel: true } });
    expect(await bench.completed('a')).toMatchObject({ kind: 'ended', why: 'cancelled' });
    expect(await bench.send({ step: 'c', attempt: 'c' })).toEqual({ kind: 'accepted' });
    expect(await bench.completed('c')).toMatchObject({ kind: 'exited', code: 0 });
  });

  it('refuses an order that was withdrawn before it came, also after a restart', async () => {
    const first = bench.start('start-1');
    const withdraw = { dispatch: 2, cancel: false };
    expect(await bench.ask('check#1')).toEqual({ kind: 'unknown' });
    expect(await bench.ask('check#1', { withdraw })).toEqual({ kind: 'withdrawn' });
    await bench.ask('check#1', { withdraw: { dispatch: 1, cancel: true } });
    expect(await bench.send({ dispatch: 1 })).toEqual({ kind: 'withdrawn' });
    await first.stop(0);
    bench.start('start-2');
    const later = { start: 'start-2', words: shell('echo later') };
    expect(await bench.send({ ...later, dispatch: 2 })).toEqual({ kind: 'withdrawn' });
    expect(await bench.ask('check#1')).toEqual({ kind: 'unknown' });
    expect(await bench.send({ ...later, dispatch: 3 })).toEqual({ kind: 'accepted' });
    const outcome = await bench.completed('check#1');
    expect(outcome).toMatchObject({ kind: 'exited', stdout: 'later\n' });
    expect(await bench.ask('check#1', { withdraw })).toEqual({ kind: 'ended', outcome });
    expect(bench.completions).toHaveLength(1);
  });

  it('lets an attempt run that is withdrawn after it has begun', async () => {
    bench.start('start-1');
    await bench.send({ words: ['sleep', '4723'] });
    const withdraw = { dispatch: 1, cancel: false };
    expect(await bench.ask('check#1', { withdraw })).toEqual({ kind: 'running' });
    await bench.ask('check#1', { withdraw: { dispatch: 1, cancel: true } });
    const outcome = await bench.completed('check#1');
    expect(outcome).toMatchObject({ kind: 'ended', why: 'cancelled' });
  });

  it('refuses a program whose name is an assignment, and what it does not understand', async () => {
    bench.start('start-1');
    const assignment = await bench.send({ words: ['PATH=/tmp', 'sh'] });
    expect(assignment).toMatchObject({ kind: 'not-understood' });
    expect(await bench.send({ words: [] })).toMatchObject({ kind: 'not-understood' });
    const name = await bench.send({ env: { 'A B': '' } });
    expect(name).toMatchObject({ kind: 'not-understood' });
  });

  it('ends what runs when it stops, after some time', async () => {
    const runner = bench.start('start-1');
    await bench.send({ words: ['sleep', '4722'] });
    await runner.stop(10);
    expect(await bench.completed('check#1')).toMatchObject({
      kind: 'ended',
      why: 'runner-stopped',
    });
  });

  it('says of an attempt that ended with the runner that its end is not known', async () => {
    const journal = openJournal(bench.dataDir, systemClock);
    journal.begin({
      execution_id: EXECUTION,
      attempt: 'check#1',
      step: 'check',
      sequence: 1,
      dispatch: 1,
    });
    journal.close();
    bench.start('start-2');
    const outcome = await bench.completed('check#1');
    expect(outcome).toMatchObject({ kind: 'failed', message: expect.stringMatching(/not known/) });
    expect(await bench.send({ start: 'start-2' })).toEqual({ kind: 'accepted' });
    expect(bench.completions).toHaveLength(2);
  });

  it('has no secret on its disk, and none in what it says', async () => {
    bench.start('start-1');
    const value = 'a secret of many characters';
    await bench.send({
      words: shell('cat "$TOKEN"; cat "$TOKEN" >&2'),
      secrets: [{ key: 'TOKEN', value }],
      env: { GREETING: 'hello' },
    });
    await bench.completed('check#1');
    const said = JSON.stringify(bench.completions) + (await bench.log('check#1'));
    expect(said).toContain('***');
    for (const name of readdirSync(bench.dataDir)) {
      const path = join(bench.dataDir, name);
      expect(readFileSync(path, 'latin1')).not.toContain(value);
      expect(statSync(path).mode & 0o077).toBe(0);
    }
    expect(said).not.toContain(value);
  });

  it('hears of a later start of itself, and not of an earlier one', async () => {
    bench.start('start-1');
    bench.announce({ start: 'start-0' });
    bench.announce({ start: 'start-1' });
    bench.announce({ start: 'start-2' });
    await waitUntil('a later start to be heard', () => bench.replaced() || undefined);
    expect(bench.replaced()).toBe(1);
  });
});
