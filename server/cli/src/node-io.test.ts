/** Signals as a command hears them. */
import { afterEach, expect, jest, test } from '@jest/globals';
import { createNodeIo } from './node-io.ts';

const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
const clock = jest.spyOn(performance, 'now');
afterEach(() => {
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal);
  jest.clearAllMocks();
});

test('a signal that comes twice at once interrupts once, and does not end the process', () => {
  const interrupted = jest.fn();
  clock.mockReturnValue(5_000);
  const leave = createNodeIo({ version: '0' }).onInterrupt(interrupted);
  process.emit('SIGTERM', 'SIGTERM');
  // What was interrupted has ended, and the command has yet to say so.
  leave();
  clock.mockReturnValue(5_002);
  process.emit('SIGTERM', 'SIGTERM');
  process.emit('SIGINT', 'SIGINT');
  expect(interrupted).toHaveBeenCalledTimes(1);
  expect(process.listenerCount('SIGTERM')).toBe(1);
  expect(kill).not.toHaveBeenCalled();
});

test('a signal that comes later ends the process', () => {
  clock.mockReturnValue(5_000);
  createNodeIo({ version: '0' }).onInterrupt(() => undefined);
  process.emit('SIGINT', 'SIGINT');
  clock.mockReturnValue(6_000);
  process.emit('SIGINT', 'SIGINT');
  expect(process.listenerCount('SIGINT')).toBe(0);
  expect(kill).toHaveBeenCalledWith(process.pid, 'SIGINT');
});

test('a command that has ended by itself listens no more', () => {
  createNodeIo({ version: '0' }).onInterrupt(() => undefined)();
  expect(process.listenerCount('SIGTERM')).toBe(0);
});
