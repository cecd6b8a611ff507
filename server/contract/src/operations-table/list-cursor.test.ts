import { describe, expect, test } from '@jest/globals';
import { makeId } from '../ids.ts';
import { isOtherwiseNarrowed, listFingerprint } from './list-cursor.ts';
import { type OperationName, operationRow } from './operations.ts';

const vm = makeId('vm', 0, new Uint8Array(10));
const operation = makeId('op', 0, new Uint8Array(10));

/** The cursor of a page of a list that was asked for with an input. */
function cursorAfter(name: OperationName, id: string, input: object): string {
  const row = operationRow(name);
  const fingerprint = listFingerprint(row, Object.fromEntries(Object.entries(parse(name, input))));
  return fingerprint === undefined ? id : `${id}.${fingerprint}`;
}

function parse(name: OperationName, input: object): object {
  return Object(operationRow(name).input.parse(input));
}

describe('the cursor of a list', () => {
  test.each([
    ['vm.list', vm, {}],
    ['vm.list', vm, { limit: 7, count: true, fields: ['name'] }],
    ['operation.list', operation, { order: 'oldest' }],
  ] as const)('of %s is an id, which the previous release reads: %s with %j', (name, id, input) => {
    expect(cursorAfter(name, id, input)).toBe(id);
  });

  test.each([
    ['a name, added', 'vm.list', vm, {}, { name: 'a' }, true],
    ['a name, left out', 'vm.list', vm, { name: 'a' }, {}, true],
    ['another name', 'vm.list', vm, { name: 'a' }, { name: 'b' }, true],
    ['the same name', 'vm.list', vm, { name: 'a' }, { name: 'a', limit: 5 }, false],
    ['a status, added', 'operation.list', operation, {}, { status: 'failed' }, true],
    ['another order', 'operation.list', operation, {}, { order: 'newest' }, true],
    [
      'the order left out',
      'operation.list',
      operation,
      { order: 'newest', status: 'failed' },
      { status: 'failed' },
      true,
    ],
    ['the default order', 'operation.list', operation, {}, { order: 'oldest' }, false],
    ['a filter of several values', 'vm.list', vm, {}, { status: ['running'] }, true],
    ['a sort, added to a name', 'vm.list', vm, { name: 'a' }, { name: 'a', sort: 'name' }, true],
  ] as const)('with %s', (_what, name, id, before, after, expected) => {
    const cursor = cursorAfter(name, id, before);
    expect(isOtherwiseNarrowed(operationRow(name), parse(name, { ...after, cursor }))).toBe(
      expected,
    );
  });
});
