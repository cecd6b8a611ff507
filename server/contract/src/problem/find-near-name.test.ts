/** Suggestions for a mistyped name. */
import { expect, test } from '@jest/globals';
import { nearName, nearNames } from './find-near-name.ts';

const KNOWN = ['listen', 'log-level', 'tls-cert', 'tls-key', 'store'];

test.each([
  ['listn', 'listen'],
  ['LISTEN', 'listen'],
  ['log_level', 'log-level'],
  ['loglevel', 'log-level'],
  ['tls-cret', 'tls-cert'],
  ['stroe', 'store'],
])('%s may mean %s', (name, meant) => expect(nearName(name, KNOWN)).toBe(meant));

test('a name that is known, but not what was asked for, is not suggested for itself', () => {
  expect(nearName('store', KNOWN)).toBeUndefined();
  expect(nearName('tls-key', ['tls-key', 'tls_key'])).toBe('tls_key');
});

test.each([['colour'], [''], ['x'], ['l'.repeat(100_000)]])(
  'some names are near to nothing',
  (name) => expect(nearName(name, KNOWN)).toBeUndefined(),
);

test.each([
  ['web', ['web-01', 'db', 'old-web'], ['web-01', 'old-web']],
  ['web-03', ['db', 'web-01', 'web-02', 'web-30', 'web-3'], ['web-01', 'web-02', 'web-3']],
  ['nope', ['node-01', 'node-02'], []],
  ['w', ['web-01'], []],
  ['web', ['web'], []],
])('%s may mean one of %j: %j', (name, known, near) => {
  expect(nearNames(name, known, 3)).toEqual(near);
});
