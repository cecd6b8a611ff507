import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { renderOutput } from './render-output.ts';
import { PLAIN_STYLE } from './style.ts';
import { writeJson, writeYaml } from './write-values.ts';

const STEERING = 'a\u001b]8;;http://x\u0007\u009b31m\u202eb\r\nc\u2028\n';
const VALUE = { [STEERING]: [STEERING, 'plain: text', 7, null, 'two\nlines\n'], same: STEERING };
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must be absent.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/;

test('JSON and YAML have no character that steers a terminal, and the same values', () => {
  expect(writeJson(VALUE, 2)).not.toMatch(CONTROL);
  expect(JSON.parse(writeJson(VALUE, 2))).toEqual(VALUE);
  expect(writeYaml(VALUE)).not.toMatch(CONTROL);
  expect(parse(writeYaml(VALUE))).toEqual(VALUE);
});

test('a template is raw for a program, and harmless on a terminal', () => {
  const shown = (width: number | undefined) =>
    renderOutput({ kind: 'one', value: { name: STEERING } }, 'jsonpath={.name}', {
      ...PLAIN_STYLE,
      width,
    });
  expect(shown(undefined)).toBe(STEERING);
  expect(shown(80)).toBe('a\\u001b]8;;http://x\\u0007\\u009b31m\\u202eb\nc\\u2028\n');
});
