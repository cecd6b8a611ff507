import { expect, test } from '@jest/globals';
import { makeId } from '../ids.ts';
import { hasForeignCursor } from './list-cursor.ts';
import { operationRow } from './operations.ts';

const vm = makeId('vm', 0, new Uint8Array(10));
const network = makeId('net', 0, new Uint8Array(10));
const policy = makeId('pol', 0, new Uint8Array(10));
const other = makeId('pol', 1, new Uint8Array(10));

test.each([
  ['vm.list', { cursor: vm }, false],
  ['vm.list', { cursor: network }, true],
  ['vm.list', { cursor: `${vm}/1` }, true],
  ['vm.list', {}, false],
  ['network.list', { cursor: vm }, true],
  ['policy.versions', { id: policy, cursor: `${policy}/000000001` }, false],
  ['policy.versions', { id: policy, cursor: `${other}/000000001` }, true],
  ['policy.versions', { id: policy, cursor: policy }, true],
  ['idempotency.list', { cursor: 'a-key-of-a-client' }, false],
] as const)('of %s, %j is foreign: %s', (name, input, expected) => {
  expect(hasForeignCursor(operationRow(name), input)).toBe(expected);
});
