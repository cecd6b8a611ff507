// What `not` means.

import { describe, expect, test } from '@jest/globals';
import { compileRego } from './compile-rego.ts';
import { loadPolicy } from './evaluate-rego.ts';

const FUNCTIONS = `
is_one(x) if x == 1
pair(x, y) := [x, y]
`;

/** Returns the answer of `p if { BODY }`: true, or undefined; or the code of its problem. */
function answer(body: string, input: unknown) {
  const text = `package a\n${FUNCTIONS}\np if {\n${body}\n}`;
  const compiled = compileRego({ modules: { m: text }, entrypoints: ['a/p'] });
  if (!compiled.ok) return compiled.error[0]?.code;
  const [value] = loadPolicy(compiled.value.wasm).evaluate(input);
  return value;
}

describe('not, where a part of the negated expression is undefined', () => {
  test.each([
    ['an argument of a function', 'not is_one(input.x)', undefined],
    ['an argument of a builtin', 'not startswith(input.x, "a")', undefined],
    ['an operand of a relation', 'not input.x > 1', undefined],
    ['an operand of !=', 'not input.x != 1', undefined],
    ['a list to look in', 'not "a" in input.x', undefined],
    ['the inner one of two calls', 'not is_one(count(input.x))', undefined],
    ['a call that is compared', 'not count(input.x) == 1', undefined],
    ['a member of a list', 'not [input.x]', undefined],
    ['a member of a list that is compared', 'not [input.x] == [1]', undefined],
    ['a part in brackets', 'not input.map[input.x]', undefined],
    ['the head of a reference', 'not pair(input.x, 1)[0]', undefined],
    ['a value of `with`', 'not input.x with input as input.y', undefined],
    ['what the call takes its result to', 'not count([], input.x)', undefined],
    ['a reference', 'not input.x', true],
    ['a reference that is compared', 'not input.x == 1', true],
    ['the other side of it', 'not 1 == input.x', true],
    ['both sides', 'not input.x == input.y', true],
    ['a reference that is unified', 'not input.x = 1', true],
    ['a function', 'not is_one(2)', true],
    ['the value of a template', 'not $"{input.x}" == "a"', true],
  ])('%s', (_, body, expected) => {
    expect(answer(body, {})).toBe(expected);
  });

  test.each([
    ['not is_one(input.x)', { x: 2 }, true],
    ['not is_one(input.x)', { x: 1 }, undefined],
    ['not input.x > 1', { x: 1 }, true],
    ['not input.x > 1', { x: 2 }, undefined],
    ['not "a" in input.x', { x: ['b'] }, true],
    ['not "a" in input.x', { x: ['a'] }, undefined],
    ['not input.x == 1', { x: 1 }, undefined],
    ['not input.map[input.x]', { x: 'a', map: { a: true } }, undefined],
    ['not input.map[input.x]', { x: 'a', map: { a: false } }, true],
    ['not input.x with input.x as false', { x: true }, true],
    ['not is_one(input.x) with input.x as 2', {}, true],
    ['some y in input.x\nnot is_one(y)', { x: [1, 2] }, true],
    ['not is_one(y)\nsome y in input.x', { x: [1] }, 'redeclared'],
    ['not {y | some y in input.x} == {1}', { x: [1, 2] }, true],
    ['not {y | some y in input.x} == {1}', { x: [1] }, undefined],
    ['every y in input.x { not is_one(y) }', { x: [2, 3] }, true],
    ['every y in input.x { not is_one(y.z) }', { x: [{ z: 2 }, {}] }, undefined],
  ])('%s of %j is %s', (body, input, expected) => {
    expect(answer(body, input)).toBe(expected);
  });

  test('an argument that iterates does so outside of it', () => {
    expect(answer('not is_one(input.x[_])', { x: [1, 2] })).toBe(true);
    expect(answer('not is_one(input.x[_])', { x: [1] })).toBeUndefined();
    expect(answer('not is_one(input.x[i])\ni > 0', { x: [1, 2] })).toBe(true);
  });

  test('what iterates inside of it has no value', () => {
    expect(answer('not input.x[_] == 1', { x: [2] })).toBe('unsafe-variable');
    expect(answer('not y == 1', {})).toBe('unsafe-variable');
  });

  test('no variable is assigned inside of it', () => {
    expect(answer('not y := 1', {})).toBe('redeclared');
  });
});

describe('not with `import future.keywords.not`', () => {
  const evaluate = (rule: string, input: unknown) => {
    const text = `package a\nimport future.keywords.not\n${FUNCTIONS}\n${rule}\n`;
    const compiled = compileRego({ modules: { m: text }, entrypoints: ['a/p'] });
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
    return loadPolicy(compiled.value.wasm).evaluate(input)[0];
  };

  test.each([
    ['holds where an argument is undefined', 'p if not is_one(input.x)', {}, true],
    ['holds where the call does not', 'p if not is_one(input.x)', { x: 2 }, true],
    ['does not hold where the call does', 'p if not is_one(input.x)', { x: 1 }, undefined],
    ['holds where a body does not', 'p if not {\n input.x\n is_one(input.y)\n}', { x: 1 }, true],
    [
      'holds where no turn of a body does',
      'p if not { some x in input.xs; x == 0 }',
      { xs: [1] },
      true,
    ],
    [
      'does not hold where one turn of a body does',
      'p if not { some x in input.xs; x == 0 }',
      { xs: [1, 0] },
      undefined,
    ],
    [
      'sees in its body what is outside of it',
      'p if {\n y := input.y\n not { some x in input.xs; x == y }\n}',
      { y: 1, xs: [1] },
      undefined,
    ],
    ['may be in a body of itself', 'p if not { input.x; not { input.y } }', { x: 1, y: 1 }, true],
  ])('%s', (_, rule, input, wanted) => {
    expect(evaluate(rule, input)).toBe(wanted);
  });
});
