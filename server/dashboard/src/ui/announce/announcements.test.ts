/** Announcements on a clock of the test. */
import { expect, test } from '@jest/globals';
import { BATCH_MS, createAnnouncements } from './announcements.ts';

/** Announces on virtual time. */
function start() {
  let nowMs = 0;
  let timers: { readonly atMs: number; readonly run: () => void }[] = [];
  const heard: string[] = [];
  const announce = createAnnouncements({
    after: (delayMs, run) => timers.push({ atMs: nowMs + delayMs, run }),
    publish: (text) => heard.push(`${nowMs} ${text}`),
  });
  const pass = (ms: number): void => {
    const endMs = nowMs + ms;
    for (;;) {
      const next = timers.find(({ atMs }) => atMs <= endMs);
      if (next === undefined) break;
      timers = timers.filter((each) => each !== next);
      nowMs = next.atMs;
      next.run();
    }
    nowMs = endMs;
  };
  return { announce, pass, heard };
}

test('the first text is said at once, those of the next seconds together', () => {
  const { announce, pass, heard } = start();
  announce('one');
  pass(250);
  announce('two');
  pass(650);
  announce('three');
  pass(BATCH_MS);
  expect(heard).toEqual(['0 one', `${BATCH_MS} two. three`]);
});

test('texts of one event are said together', () => {
  const { announce, pass, heard } = start();
  announce('one');
  announce('two');
  pass(0);
  expect(heard).toEqual(['0 one. two']);
});

test('after a quiet time the next text is said at once again', () => {
  const { announce, pass, heard } = start();
  announce('one');
  pass(BATCH_MS * 3);
  announce('two');
  pass(1);
  expect(heard).toEqual(['0 one', `${BATCH_MS * 3} two`]);
});
