import { expect, test } from '@jest/globals';
import { readPages } from './read-pages.ts';

const ROWS = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }));

async function collect(length: number, mayContinue?: () => boolean) {
  const asked: string[] = [];
  const pages: string[] = [];
  const read = (after: string) => {
    asked.push(after);
    return Promise.resolve(ROWS.filter(({ id }) => id > after).slice(0, length));
  };
  const options = { length, read, ...(mayContinue === undefined ? {} : { mayContinue }) };
  for await (const rows of readPages(options)) pages.push(rows.map(({ id }) => id).join(''));
  return { asked, pages };
}

test.each([
  [2, ['ab', 'cd', 'e'], ['', 'b', 'd']],
  [5, ['abcde'], ['', 'e']],
  [9, ['abcde'], ['']],
])('reads each row once in pages of %i', async (length, pages, asked) => {
  expect(await collect(length)).toEqual({ pages, asked });
});

test('ends before a page that may not be read any more', async () => {
  let left = 2;
  const mayContinue = () => {
    left -= 1;
    return left >= 0;
  };
  expect((await collect(2, mayContinue)).pages).toEqual(['ab', 'cd']);
});
