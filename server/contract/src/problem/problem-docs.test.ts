import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { PROBLEM_KINDS } from './problem.ts';

const PAGE = readFileSync(join(resolve(__dirname, '../../../..'), 'docs/api.md'), 'utf8');

test('the page of the API lists every problem with its status', () => {
  const rows = [...PAGE.matchAll(/^\| `([a-z-]+)` +\| (\d{3}) +\| (yes|) *\|$/gm)];
  expect(rows.map(([, code, status, retryable]) => [code, Number(status), retryable])).toEqual(
    Object.entries(PROBLEM_KINDS).map(([code, { status, retryable }]) => [
      code,
      status,
      retryable === 'yes' ? 'yes' : '',
    ]),
  );
});
