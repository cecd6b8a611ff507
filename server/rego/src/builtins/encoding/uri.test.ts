import { describe, expect, test } from '@jest/globals';
import { evaluateRego } from '../../evaluate-query.ts';

function evaluate(expression: string, input: unknown): unknown {
  const result = evaluateRego({ modules: {}, query: `x := ${expression}`, input });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value[0]?.x;
}

describe('uri', () => {
  test.each<[string, object]>([
    ['http://h', { scheme: 'http', hostname: 'h' }],
    ['HTTP://H', { scheme: 'http', hostname: 'H' }],
    ['http://user:pw@h:8080', { scheme: 'http', hostname: 'h', port: '8080' }],
    ['http://h:', { scheme: 'http', hostname: 'h' }],
    ['http://:80', { scheme: 'http', port: '80' }],
    ['http://h:80:90', { scheme: 'http', hostname: 'h:80', port: '90' }],
    ['http://[::1]:80', { scheme: 'http', hostname: '::1', port: '80' }],
    ['http://[fe80::1%25en0]', { scheme: 'http', hostname: 'fe80::1%en0' }],
    ['http://[::ffff:192.0.2.1]', { scheme: 'http', hostname: '::ffff:192.0.2.1' }],
    ['//h/p', { hostname: 'h', path: '/p', raw_path: '/p' }],
    ['http:///p', { scheme: 'http', path: '/p', raw_path: '/p' }],
    ['/a%20b', { path: '/a b', raw_path: '/a b' }],
    ['/%2e%2e', { path: '/..', raw_path: '/%2e%2e' }],
    ['/%2Fx', { path: '//x', raw_path: '/%2Fx' }],
    ['/caf%C3%A9', { path: '/café', raw_path: '/café' }],
    ['rel/path', { path: 'rel/path', raw_path: 'rel/path' }],
    ['*', { path: '*', raw_path: '*' }],
    ['/p?q=1#f%2e', { path: '/p', raw_path: '/p', raw_query: 'q=1', fragment: 'f.' }],
    ['http://h?', { scheme: 'http', hostname: 'h' }],
    ['mailto:a@b.com', { scheme: 'mailto' }],
    ['file:/etc/hosts', { scheme: 'file', path: '/etc/hosts', raw_path: '/etc/hosts' }],
    ['opaque:x?q#f', { scheme: 'opaque', raw_query: 'q', fragment: 'f' }],
  ])('%s has the parts that Go finds', (text, parts) => {
    expect(evaluate('uri.parse(input)', text)).toEqual(parts);
    expect(evaluate('uri.is_valid(input)', text)).toBe(true);
  });

  test.each([
    '1abc://h',
    '://h',
    'ht tp://h',
    'http://h:abc',
    'http://[::1',
    'http://[::1]:bad',
    'http://[fe80::1%25]',
    'http://[%FF::1]/',
    'http://[1:2:3]',
    'http://h/%zz',
    'http://h/%',
    'http://a b/',
    'cache_object:foo/bar'.replace(':', '_:'),
    'a\u0000b',
  ])('%j is none', (text) => {
    expect(evaluate('uri.is_valid(input)', text)).toBe(false);
    expect(evaluate('uri.parse(input)', text)).toBeUndefined();
  });

  test('the empty text has no parts and is not valid, and neither is another value', () => {
    expect(evaluate('[uri.parse(""), uri.is_valid(""), uri.is_valid(1)]', {})).toEqual([
      {},
      false,
      false,
    ]);
  });
});

test.each([
  ['"a,b,c", ",", 2', ['a', 'b']],
  ['"a,b,c", ",", -2', ['b', 'c']],
  ['"a,b,c", ",", 9', ['a', 'b', 'c']],
  ['"a,b,c", ",", -9', ['a', 'b', 'c']],
  ['"a,b,c", ",", 0', []],
  ['"abc", ",", 1', ['abc']],
])('strings.split_n(%s)', (operands, parts) => {
  expect(evaluate(`strings.split_n(${operands})`, {})).toEqual(parts);
});
