import { expect, test } from '@jest/globals';
import { listFingerprint } from './list-cursor.ts';
import { operationRow } from './operations.ts';

const printOf = (name: 'vm.list' | 'operation.list', input: Record<string, unknown>) =>
  listFingerprint(operationRow(name), input);

test('a request that says the default sort continues one that says none', () => {
  expect(printOf('vm.list', { sort: 'created_at' })).toBeUndefined();
  expect(printOf('vm.list', { sort: 'created_at', search: 'web' })).toBe(
    printOf('vm.list', { search: 'web' }),
  );
  expect(printOf('vm.list', { sort: '-created_at' })).toBeDefined();
});

test('with the older way to sort, a sort of its own is another list', () => {
  const newest = printOf('operation.list', { order: 'newest' });
  expect(newest).toBeDefined();
  expect(printOf('operation.list', { order: 'newest', sort: 'created_at' })).not.toBe(newest);
});
