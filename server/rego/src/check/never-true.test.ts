import { expect, test } from '@jest/globals';
import { parseRego } from '../parse/parse-rego.ts';
import { neverTrue } from './never-true.ts';

test.each([
  ['deny contains "no" if input.x', 'never'],
  ['default allow := false', 'never'],
  ['allow := false if input.x', 'never'],
  ['allow := 1', 'never'],
  ['allow contains "a" if input.x', 'never'],
  ['allow.x if input.x', 'never'],
  ['allow if false', 'switched-off'],
  ['default allow := false\n\nallow if {\n\tinput.x\n\tfalse\n}', 'switched-off'],
  ['allow if input.x', undefined],
  ['allow := input.x', undefined],
  ['default allow := true', undefined],
  ['default allow := false\n\nallow if input.x', undefined],
  ['allow := false if {\n\tinput.x\n} else := true', undefined],
  ['allow := object.get(input, "x", false)', undefined],
])('%j allows: %s', (text, expected) => {
  const parsed = parseRego(`package p\n\n${text}\n`, { file: 'p.rego', regoVersion: 'auto' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  expect(neverTrue(parsed.value.rules, 'allow')).toBe(expected);
});
