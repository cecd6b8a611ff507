import { expect, test } from '@jest/globals';
import { readYamlDocuments } from './yaml-documents.ts';

function firstFault(text: string): string {
  const read = readYamlDocuments(text);
  if (read.ok || read.error[0] === undefined) throw new Error('the text is faulty');
  const [{ line, column, message }] = read.error;
  return `${line}:${column} ${message}`;
}

test.each([
  ['a: echo time: 5', /^1:4 Nested mappings .*: put a text with a colon in quotes$/],
  ['a:\n\t- b', /^2:1 Tabs are not allowed .*: use spaces$/],
  [`a: { b: \${name} }`, /^1:10 .*: put a text with braces in quotes, as in "\$\{name\}"$/],
])('%s is refused with what to do', (text, message) => {
  expect(firstFault(text)).toMatch(message);
});

test('a key has a place of its own beside its value', () => {
  const read = readYamlDocuments('a: 1\nbc:\n  d: 2\n');
  if (!read.ok) throw new Error('the text is right');
  const { placeOf, keyPlaceOf } = read.value;
  expect([placeOf([0, 'bc']), keyPlaceOf([0, 'bc'])]).toEqual([
    { line: 3, column: 3 },
    { line: 2, column: 1 },
  ]);
  expect(keyPlaceOf([0, 'bc', 'd'])).toEqual({ line: 3, column: 3 });
  expect(keyPlaceOf([0, 'zz'])).toEqual({ line: 1, column: 1 });
});
