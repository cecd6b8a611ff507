/** The table of list parameters in docs/api.md is that of the operations table. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { operationNames, operationRow } from '@novacron/contract/operations-table/operations';

const page = readFileSync(join(resolve(__dirname, '../..'), 'docs/api.md'), 'utf8');
const lists = operationNames().filter((name) => operationRow(name).listing !== undefined);

test('the page lists every list that has parameters', () => {
  const section = page.slice(
    page.indexOf('### Filters, sort and fields'),
    page.indexOf('## Problems'),
  );
  const named = [...section.matchAll(/^\| `([a-z_]+\.[a-z]+)`/gm)].map(([, name]) => name);
  expect(named).toEqual(lists);
});

test.each(lists)('the page says what %s can be narrowed by', (name) => {
  const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\``)) ?? '';
  const cells = row
    .split('|')
    .map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text));
  const { listing, input } = operationRow(name);
  const sort = Object.hasOwn(input.shape, 'sort') ? listing?.sort : [];
  expect(cells.slice(2, 6)).toEqual([
    Object.keys(listing?.filters ?? {}),
    sort,
    listing?.search,
    listing?.time === undefined ? [] : [listing.time],
  ]);
  expect(/[|] yes +[|]$/.test(row)).toBe(listing?.labels === 'metadata');
});
