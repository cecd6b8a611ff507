import { expect, test } from '@jest/globals';
import { parseRego } from '@novacron/rego/parse-rego';
import { neverAllows } from './never-allows.ts';

test.each([
  ['deny contains "no" if input.x', true],
  ['default allow := false', true],
  ['allow := false if input.x', true],
  ['allow := 1', true],
  ['allow contains "a" if input.x', true],
  ['allow.x if input.x', true],
  ['allow if false', true],
  ['allow if input.x', false],
  ['allow := input.x', false],
  ['default allow := true', false],
  ['default allow := false\n\nallow if input.x', false],
  ['allow := false if {\n\tinput.x\n} else := true', false],
  ['allow := object.get(input, "x", false)', false],
])('%j can never allow: %s', (text, expected) => {
  const parsed = parseRego(`package p\n\n${text}\n`, { file: 'p.rego', regoVersion: 'auto' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  expect(neverAllows(parsed.value)).toBe(expected);
});
