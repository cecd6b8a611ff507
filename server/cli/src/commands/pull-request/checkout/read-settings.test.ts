import { expect, test } from '@jest/globals';
import { readSettings } from './read-settings.ts';

const orderOf = (text: string) => {
  const read = readSettings(text);
  if (!read.ok) return read.error.reason;
  return read.value.directories?.map(({ name }) => name);
};

test('a directory comes after those that it depends on', () => {
  const text = `
directories:
  - path: web
    depends_on: [network, data]
  - { path: live/db, name: data, depends_on: [network] }
  - path: network
  - path: .
`;
  expect(orderOf(text)).toEqual(['network', '.', 'data', 'web']);
});

test.each([
  ['directories: [{path: ../web}]', /^\.novacron\.yaml:1: directories\.0\.path: .*without `\.`/],
  ['directories: [{path: /web}]', /^\.novacron\.yaml:1: directories\.0\.path/],
  ['directories:\n  - path: web\n    depend_on: [a]', /^\.novacron\.yaml:2: .*depend_on/],
  ['directories:\n  - path: web\n    state: ../x', /^\.novacron\.yaml:3: directories\.0\.state/],
  [
    'directories:\n  - path: a\n  - path: web\n    depends_on: [db]',
    /^\.novacron\.yaml:3: web depends on db, which is not a directory here\.$/,
  ],
  [
    'directories:\n  - {path: a, depends_on: [b]}\n' +
      '  - {path: b, depends_on: [c]}\n  - {path: c, depends_on: [b]}',
    /^\.novacron\.yaml:2: depends_on has a circle among a, b, c\.$/,
  ],
  ['directories:\n  - path: a\n  - {path: b, name: a}', /:3: the name a occurs twice/],
  ['directories:\n  - path: a\n  - {path: a, name: b}', /:3: the path a occurs twice/],
  ['directories: [', /^\.novacron\.yaml:1: Flow sequence/],
  ['a: &a [1]\nb: &b [*a,*a]', /^\.novacron\.yaml:1: .*Unrecognized keys/],
  ['- 1', /^\.novacron\.yaml:1: .*expected object/],
  [`x: ${'y'.repeat(300_000)}`, /larger than 256 KiB/],
])('%s is refused with its place', (text, expected) => {
  expect(orderOf(text)).toMatch(expected);
});

test('aliases that would grow without end are refused', () => {
  const line = (name: string, of: string) => `${name}: &${name} [${Array(30).fill(`*${of}`)}]\n`;
  const text = `a: &a [1,1]\n${line('b', 'a')}${line('c', 'b')}${line('d', 'c')}`;
  expect(orderOf(text)).toMatch(/alias/i);
});
