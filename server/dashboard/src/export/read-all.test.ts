import { describe, expect, test } from '@jest/globals';
import { readAllRows } from './read-all.ts';

/** A list of numbered rows in pages of 100. */
function list(total: number) {
  const asked: string[] = [];
  const readPage = (cursor: string) => {
    asked.push(cursor);
    const first = Number(cursor || '0');
    const items = Array.from({ length: Math.min(100, total - first) }, (_, index) => ({
      id: first + index,
    }));
    return Promise.resolve({
      items,
      next_cursor: first + 100 < total ? String(first + 100) : null,
    });
  };
  return { asked, readPage };
}

describe('an export', () => {
  test('has the rows of all pages, in their order', async () => {
    const { asked, readPage } = list(265);
    const seen: number[] = [];
    const { rows, isCut } = await readAllRows(readPage, (count) => seen.push(count));
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 265 }, (_, index) => index));
    expect(isCut).toBe(false);
    expect(asked).toEqual(['', '100', '200']);
    expect(seen).toEqual([100, 200, 265]);
  });

  test('ends at its limit, and says so', async () => {
    const { rows, isCut } = await readAllRows(list(265).readPage, () => undefined, 150);
    expect(rows).toHaveLength(150);
    expect(isCut).toBe(true);
    expect((await readAllRows(list(200).readPage, () => undefined, 200)).isCut).toBe(false);
    expect((await readAllRows(list(201).readPage, () => undefined, 200)).isCut).toBe(true);
  });

  test('of nothing is empty, and a failed page fails it', async () => {
    expect(await readAllRows(list(0).readPage, () => undefined)).toEqual({
      rows: [],
      isCut: false,
    });
    const failed = readAllRows(
      () => Promise.reject(new Error('away')),
      () => undefined,
    );
    await expect(failed).rejects.toThrow('away');
  });
});
