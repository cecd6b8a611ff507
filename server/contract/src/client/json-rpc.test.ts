import { expect, test } from '@jest/globals';
import { problem, toProblemDocument } from '../problem/problem.ts';
import { readRpcReply, toRpcRequest } from './json-rpc.ts';

const found = problem('not-found', { detail: 'No VM is called web.', remedy: 'Check the name.' });
const document = toProblemDocument(found, 'req_1');

test('a call is written with its operation as the method', () => {
  expect(toRpcRequest(7, 'vm.list', { limit: 1 })).toEqual({
    jsonrpc: '2.0',
    id: 7,
    method: 'vm.list',
    params: { limit: 1 },
  });
});

test.each([
  ['a result', { jsonrpc: '2.0', id: 1, result: null }, { kind: 'result', value: null }],
  [
    'the problem of an error',
    { jsonrpc: '2.0', id: 1, error: { code: -32_000, message: 'x', data: document } },
    { kind: 'problem', document },
  ],
  ['a problem in place of an answer', document, { kind: 'problem', document }],
  [
    'an error without a problem',
    { jsonrpc: '2.0', id: 1, error: { code: -32_601, message: 'unknown' } },
    {
      kind: 'error',
      code: -32_601,
      message: 'unknown',
      error: { code: -32_601, message: 'unknown' },
    },
  ],
  [
    'an error with other data',
    { jsonrpc: '2.0', id: 1, error: { code: -32_601, message: 'unknown', data: { at: 1 } } },
    {
      kind: 'error',
      code: -32_601,
      message: 'unknown',
      error: { code: -32_601, message: 'unknown', data: { at: 1 } },
    },
  ],
  ['an error beside an empty result', { result: null, error: 1 }, { kind: 'other', error: 1 }],
  ['an object that is something else', { hello: 'world' }, { kind: 'other', error: undefined }],
  ['an error that is text', { error: 'no' }, { kind: 'other', error: 'no' }],
  ['a text', 'hello', { kind: 'other', error: undefined }],
  ['nothing', null, { kind: 'other', error: undefined }],
])('an answer is read as %s', (_words, body, reply) => {
  expect(readRpcReply(body)).toEqual(reply);
});
