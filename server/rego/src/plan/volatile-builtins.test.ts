import { expect, test } from '@jest/globals';
import { compileRego } from '../compile-rego.ts';

const volatileOf = (body: string) => {
  const text = `package p\n\nallow if {\n${body}\n}\n\nother if rand.intn("a", 2) == 1\n`;
  const compiled = compileRego({ modules: { 'p.rego': text }, entrypoints: ['p/allow'] });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return compiled.value.volatileBuiltins;
};

test.each([
  ['input.a == 1', []],
  ['time.now_ns() > input.a', ['time.now_ns']],
  ['uuid.rfc4122("a") != rand.intn("b", 3)', ['rand.intn', 'uuid.rfc4122']],
  ['every x in input.xs { x < time.now_ns() }', ['time.now_ns']],
  ['input.a == 1 with input.b as time.now_ns()', ['time.now_ns']],
  ['time.parse_rfc3339_ns(input.a) > 0', []],
])('a policy with %j calls the volatile builtins %j', (body, names) => {
  expect(volatileOf(body)).toEqual(names);
});

test('what no entrypoint reaches does not count', () => {
  expect(volatileOf('true')).toEqual([]);
});
