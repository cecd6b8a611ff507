import { expect, test } from '@jest/globals';
import type { Item } from '../../api/queries.ts';
import { readOn } from './read-log.ts';

const LOG = { attempt: 'a#1', text: 'one\n', next: 4, dropped_bytes: 0, ended_at: null };

/** Answers in order, and records what was asked. */
function server(...answers: readonly Item[]) {
  const asked: object[] = [];
  const read = async (more: object): Promise<Item> => {
    asked.push(more);
    return answers[asked.length - 1] ?? {};
  };
  return { asked, read };
}

test('a log is read on where it has ended before', async () => {
  const { asked, read } = server({ ...LOG, text: 'two\n', next: 8, dropped_bytes: 3 });
  expect(await readOn(read, LOG)).toEqual({
    ...LOG,
    text: 'one\ntwo\n',
    next: 8,
    dropped_bytes: 3,
  });
  expect(asked).toEqual([{ from: 4 }]);
});

test('the log of another attempt is read from its beginning', async () => {
  const whole = { ...LOG, attempt: 'a#2', text: 'again\n', next: 6 };
  const { asked, read } = server({ ...whole, text: 'n\n' }, whole);
  expect(await readOn(read, LOG)).toEqual(whole);
  expect(asked).toEqual([{ from: 4 }, {}]);
});

test.each([
  ['nothing was read before', undefined],
  ['it has ended', { ...LOG, ended_at: '2026-01-02T03:04:05Z' }],
  ['its server says no position', { ...LOG, next: undefined }],
])('all of it is read where %s', async (_, before) => {
  const { asked, read } = server(LOG);
  expect(await readOn(read, before)).toEqual(LOG);
  expect(asked).toEqual([{}]);
});
