/** Suggestions for a mistyped name. */
import { expect, test } from '@jest/globals';
import { nearName } from './find-near-name.ts';

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
