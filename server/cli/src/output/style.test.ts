/** Use of colours, and maximum width of texts. */
import { expect, test } from '@jest/globals';
import { type ColorChoice, styleOf } from './style.ts';

const now = () => new Date(0);
const TERMINAL = { stdout: { isTerminal: true, columns: 120 }, now };
const PIPE = { stdout: { isTerminal: false }, now };

test.each<[typeof PIPE, Record<string, string>, ColorChoice | undefined, 'on' | 'off']>([
  [TERMINAL, {}, undefined, 'on'],
  [TERMINAL, { NO_COLOR: '1' }, undefined, 'off'],
  [TERMINAL, { NO_COLOR: '' }, undefined, 'on'],
  [TERMINAL, { NO_COLOR: '1' }, 'always', 'on'],
  [TERMINAL, { TERM: 'dumb' }, undefined, 'off'],
  [TERMINAL, {}, 'never', 'off'],
  [PIPE, {}, undefined, 'off'],
  [PIPE, { FORCE_COLOR: '1' }, undefined, 'on'],
  [PIPE, { FORCE_COLOR: '0' }, undefined, 'off'],
  [PIPE, { FORCE_COLOR: '1', NO_COLOR: '1' }, undefined, 'off'],
  [PIPE, {}, 'always', 'on'],
])('%j with %j and --color %s has colours %s', (world, env, choice, colors) => {
  expect(styleOf(world, env, choice).colors).toBe(colors);
});

test('the width is that of the terminal, 80 where it does not say, and none elsewhere', () => {
  expect(styleOf(TERMINAL, {}).width).toBe(120);
  expect(styleOf({ stdout: { isTerminal: true }, now }, {}).width).toBe(80);
  expect(styleOf(PIPE, {}).width).toBeUndefined();
});
