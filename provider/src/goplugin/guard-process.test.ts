import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createLogger } from '../process/logger.ts';
import { guardCrashes, guardOrphan, guardSignals, guardStdout } from './guard-process.ts';

class FakeProcess extends EventEmitter {
  readonly written: string[] = [];
  readonly exitCodes: number[] = [];
  readonly stdout = { write: (text: string) => void this.written.push(`stdout: ${text}`) };
  readonly stderr = { write: (text: string) => void this.written.push(text) };
  exit(code: number) {
    this.exitCodes.push(code);
  }
}

function fixture() {
  const lines: string[] = [];
  const log = createLogger({ sink: (line) => void lines.push(line), nowMs: () => 0 });
  return { target: new FakeProcess(), lines, log };
}

describe('guarding the process', () => {
  test.each(['uncaughtException', 'unhandledRejection'])('%s becomes a panic text', (event) => {
    const { target } = fixture();
    guardCrashes(target);
    target.emit(event, new Error('boom', { cause: new Error('root') }));
    expect(target.written.join('')).toMatch(
      /^panic: boom\n\nError: boom[\s\S]*caused by: Error: root/,
    );
    expect(target.exitCodes).toEqual([2]);
  });

  test('an interrupt ends what waits, a termination closes first and then leaves', async () => {
    const { target, log } = fixture();
    const { promise, resolve } = deferred();
    const reported: string[] = [];
    const interrupt = () => void reported.push('stop');
    guardSignals(target, { log, interrupt, close: () => promise });
    target.emit('SIGINT');
    expect(reported).toEqual(['stop']);
    target.emit('SIGTERM');
    expect(target.exitCodes).toEqual([]);
    resolve();
    await promise;
    await Promise.resolve();
    expect(target.exitCodes).toEqual([0]);
  });

  describe('of a host that may be killed', () => {
    beforeEach(() => {
      jest.useFakeTimers();
    });
    afterEach(() => {
      jest.useRealTimers();
    });

    test('ends with it, and not before', () => {
      const { target } = fixture();
      let isGone = false;
      guardOrphan(target, () => isGone);
      jest.advanceTimersByTime(60_000);
      expect(target.exitCodes).toEqual([]);
      isGone = true;
      jest.advanceTimersByTime(250);
      expect(target.exitCodes).toEqual([1]);
    });
  });

  test('what is printed to standard output goes to the log', () => {
    const { target, log, lines } = fixture();
    guardStdout(target, log);
    target.stdout.write('left over from debugging\n');
    expect(target.written).toEqual([]);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ '@message': 'left over from debugging' });
  });
});

function deferred() {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: () => resolve() };
}
