import { expect, test } from '@jest/globals';
import { silentLogger } from '@novacron/runtime/logger';
import { createVirtualTime } from '../test-kit/virtual-time.ts';
import type { HostReading, SignalSource } from './signal-source.ts';
import { SIGNALS_MS, watchSignals } from './watch-signals.ts';

const FAILING: HostReading = {
  disks: [{ device: 'sda', model: null, state: 'failing', unreadableSectors: 0, warnings: [] }],
};
const DEGRADED: HostReading = {
  arrays: [{ name: 'md0', level: 'raid1', disksWanted: 2, disksWorking: 1, repair: null }],
};

/** A source that answers what is given, and counts. */
function sourceOf(name: string, answer: () => Promise<HostReading>) {
  let count = 0;
  const source: SignalSource = {
    name,
    everyMs: SIGNALS_MS,
    read: () => {
      count += 1;
      return answer();
    },
  };
  return { source, count: () => count };
}

async function watchOf(...sources: readonly SignalSource[]) {
  const time = createVirtualTime();
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (_: object, text: string) => warnings.push(text) };
  const watch = watchSignals({ sources, node: 'n', ...time, logger });
  await time.advance(1);
  const kinds = () => watch.conditions().map(({ kind }) => kind);
  return { ...time, watch, kinds, warnings };
}

test('a source that hangs holds up no other, and is not read again meanwhile', async () => {
  let answer = (_: HostReading): void => undefined;
  const hung = sourceOf('smart', () => new Promise((resolve) => (answer = resolve)));
  const sound = sourceOf('mdraid', async () => DEGRADED);
  const { advance, kinds, warnings, watch } = await watchOf(hung.source, sound.source);
  expect(kinds()).toEqual(['raid_degraded']);
  expect(watch.hasLooked()).toBe(false);
  await advance(5 * SIGNALS_MS);
  expect([hung.count(), sound.count()]).toEqual([1, 6]);
  expect(warnings.filter((text) => text === 'a source of signals does not answer')).toHaveLength(1);
  answer(FAILING);
  await advance(SIGNALS_MS);
  expect(kinds()).toEqual(['disk_failing', 'raid_degraded']);
  expect(hung.count()).toBe(2);
  expect(watch.hasLooked()).toBe(true);
  watch.stop();
});

test('what was read of a source stays while it cannot be read', async () => {
  const answers = [async () => FAILING, () => Promise.reject(new Error('no smartctl'))];
  const source = sourceOf('smart', () => (answers.shift() ?? (async () => ({ disks: [] })))());
  const { advance, kinds, watch } = await watchOf(source.source);
  expect(kinds()).toEqual(['disk_failing']);
  await advance(SIGNALS_MS);
  expect(kinds()).toEqual(['disk_failing']);
  await advance(SIGNALS_MS);
  expect(kinds()).toEqual([]);
  watch.stop();
});

test('a source is read as often as it wants, and not after the end', async () => {
  const seldom = sourceOf('smart', async () => ({}));
  const source = { ...seldom.source, everyMs: 10 * SIGNALS_MS };
  const { advance, watch } = await watchOf(source);
  await advance(9 * SIGNALS_MS);
  expect(seldom.count()).toBe(1);
  await advance(SIGNALS_MS);
  expect(seldom.count()).toBe(2);
  watch.stop();
  await advance(20 * SIGNALS_MS);
  expect(seldom.count()).toBe(2);
});
