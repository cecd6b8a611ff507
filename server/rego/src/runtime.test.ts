import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileRego } from './compile-rego.ts';
import { loadPolicy } from './evaluate-rego.ts';

const HOME = resolve(__dirname, '..');

test('building the runtime again gives the same bytes', () => {
  const script = resolve(HOME, 'build/generate-runtime.mjs');
  expect(() => execFileSync('node', [script, '--check'], { cwd: HOME })).not.toThrow();
}, 60_000);

function identity() {
  const compiled = compileRego({
    modules: { a: 'package a\np := input\nq := data.table.x\nr := count(input)' },
    data: { table: { x: [1] } },
    entrypoints: ['a/p', 'a/q', 'a/r'],
  });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return loadPolicy(compiled.value.wasm, { memoryBytesMax: 1_000_000 });
}

test('any JSON goes through unchanged', () => {
  const policy = identity();
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(policy.evaluate(value)).toEqual([JSON.parse(JSON.stringify(value))]);
    }),
  );
  expect(policy.evaluate('a\u0000b\u001f"\\\ud83d\ude00')).toEqual([
    'a\u0000b\u001f"\\\ud83d\ude00',
  ]);
  expect(policy.evaluate({ __proto__: null, $s: [1] })).toEqual([{ $s: [1] }]);
});

test('keys in any order are found, and of equal ones the last wins', () => {
  const compiled = compileRego({
    modules: { a: 'package a\np := input\nq := [input[k] | some k in data.keys]' },
    entrypoints: ['a/p', 'a/q'],
  });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  const policy = loadPolicy(compiled.value.wasm);
  // Long keys with a common beginning, and few of them, so that some are equal.
  const name = fc.nat(60).map((at) => `a-name-with-number-${at}${at % 7 === 0 ? 'é"' : ''}`);
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.integer()), { maxLength: 90 }), (pairs) => {
      const members = pairs.map(([key, value]) => `${JSON.stringify(key)} : ${value}`);
      const text = new TextEncoder().encode(`{${members.join(',')}}`);
      const wanted = Object.fromEntries(pairs);
      const keys = Object.keys(wanted);
      const input = text.buffer.slice(0, text.byteLength);
      expect(policy.evaluate(input)).toEqual([wanted]);
      expect(policy.evaluate(input, 'a/q', { keys })).toEqual([Object.values(wanted)]);
    }),
  );
});

test.each([
  ['[0, 7, -7, 12345678901234567, -99999999999999999]', undefined],
  ['[123456789012345678, 1234567890123456789012]', undefined],
  ['[1.5, -0.25, 1e3, 1E-2, 10000000000000000.5, 12345678901234567e1]', undefined],
  [
    '["\\u00e4\\n", "a long text with \\"quotes\\" and \\\\ in it", "", "\\ud83d\\ude00"]',
    undefined,
  ],
  ['{"a": [true, false, null, {}, []]}  ', undefined],
  ...[
    '-',
    '[1',
    '1.',
    '1e',
    '"a',
    '"a\\',
    '"a\\x"',
    '"\u0001"',
    '{"a" 1}',
    '{1: 2}',
    '[1,]',
    'tru',
    '1 2',
  ].map((text) => [text, 'no JSON'] as const),
])('the text %j is read as JSON is', (text, failure) => {
  const bytes = new TextEncoder().encode(text);
  const read = () => identity().evaluate(bytes.buffer.slice(0, bytes.byteLength));
  if (failure === undefined) expect(read()).toEqual([JSON.parse(text)]);
  else expect(read).toThrow(failure);
});

test('data is compiled in and can be replaced for one evaluation', () => {
  const policy = identity();
  expect(policy.evaluate({}, 'a/q')).toEqual([[1]]);
  expect(policy.evaluate({}, 'a/q', { table: { x: 2 } })).toEqual([2]);
  expect(policy.evaluate({}, 'a/q', {})).toEqual([]);
  expect(policy.evaluate({}, 'a/q')).toEqual([[1]]);
});

test('large inputs are evaluated, and do not keep their memory', () => {
  const policy = identity();
  const large = Array.from({ length: 50_000 }, (_, at) => `member ${at}`);
  for (let round = 0; round < 5; round += 1) {
    expect(policy.evaluate(large, 'a/r')).toEqual([50_000]);
    expect(policy.evaluate([], 'a/r')).toEqual([0]);
  }
});

test('input that nests too deep stops the evaluation, and the next one works', () => {
  const policy = identity();
  let deep: unknown = 1;
  for (let level = 0; level < 200_000; level += 1) deep = [deep];
  const text = (): unknown => policy.evaluate(deep);
  expect(text).toThrow();
  expect(policy.evaluate([1], 'a/r')).toEqual([1]);
});

test('an evaluation that wants too much memory is stopped', () => {
  const text =
    'package a\np := count([[x, y, z] | some x in input; some y in input; some z in input])';
  const compiled = compileRego({ modules: { a: text }, entrypoints: ['a/p'] });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  const policy = loadPolicy(compiled.value.wasm, { memoryPagesMax: 64 });
  const numbers = Array.from({ length: 60 }, (_, at) => at);
  expect(() => policy.evaluate(numbers)).toThrow('needs too much memory or nests too deep');
  expect(policy.evaluate([1, 2])).toEqual([8]);
});

test('an entrypoint that was not compiled is an error that names it', () => {
  expect(() => identity().evaluate({}, 'a/z')).toThrow('There is no entrypoint "a/z".');
});
