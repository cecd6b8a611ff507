import { describe, expect, test } from '@jest/globals';
import { formatQuery, parseQuery } from './query-text.ts';

describe('the state of a page in its address', () => {
  test.each([
    [{ status: 'running', sort: '-created_at' }],
    [{ search: 'a & b = c? #d +e %20' }],
    [{ search: 'خادم 🚀 "quoted" </script>' }],
    [{}],
  ])('what is written is read again: %j', (state) => {
    expect(parseQuery(formatQuery(state))).toEqual(state);
  });

  test('what is empty is left out', () => {
    expect(formatQuery({ status: '', sort: undefined })).toBe('');
    expect(formatQuery({ status: 'failed', sort: undefined })).toBe('?status=failed');
  });

  test('a name that repeats keeps all values', () => {
    expect(parseQuery('?status=running&status=failed')).toEqual({ status: 'running,failed' });
  });

  test('a malformed address is read as far as it can be', () => {
    expect(parseQuery('?%&a=%zz&=b')).toEqual({ '%': '', a: '%zz', '': 'b' });
  });
});
