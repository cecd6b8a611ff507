import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CONSOLE_LINE_LENGTH_MAX, CONSOLE_LINES_MAX, toConsoleLines } from './console-lines.ts';

describe('the last lines of a console', () => {
  test.each([
    ['plain lines', 'one\r\ntwo\r\n', ['one', 'two']],
    ['colours', '\u001b[1;31mpanic\u001b[0m: x\n', ['panic: x']],
    ['a title of a terminal', '\u001b]0;owned\u0007login:', ['login:']],
    ['a title that is not ended', '\u001b]0;owned\nlogin:', ['login:']],
    ['an 8-bit control sequence', '\u009b2Jcleared', ['cleared']],
    ['a cursor that moves', 'a\u001b[2A\u001b[Kb', ['ab']],
    ['a line that is overwritten', '10 %\r50 %\rdone\n', ['done']],
    ['empty lines', '\n \n\t\nx', ['x']],
    ['text that runs from right to left', 'a\u202ecod.exe', ['acod.exe']],
    ['a lone surrogate', 'a\ud800b', ['a\ufffdb']],
    ['nothing', '', []],
  ])('with %s are plain', (_title, text, lines) => {
    expect(toConsoleLines(text)).toEqual(lines);
  });

  test('are the last ones, and no longer than the limit', () => {
    const text = Array.from({ length: 50 }, (_, at) => `line ${at}`).join('\n');
    expect(toConsoleLines(text).at(0)).toBe('line 30');
    expect(toConsoleLines('x'.repeat(1_000))).toEqual(['x'.repeat(CONSOLE_LINE_LENGTH_MAX)]);
  });

  test('of any bytes are bounded, printable, and stay as they are', () => {
    const bytes = fc.uint8Array({ maxLength: 4_000 });
    const escapes = fc.array(fc.constantFrom('\u001b', '[', ']', '\u0007', '\r', '\n', 'x', ';'));
    const texts = fc.oneof(
      bytes.map((each) => Buffer.from(each).toString('utf8')),
      bytes.map((each) => Buffer.from(each).toString('latin1')),
      escapes.map((each) => each.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const lines = toConsoleLines(text);
        expect(lines.length).toBeLessThanOrEqual(CONSOLE_LINES_MAX);
        for (const line of lines) {
          expect(line.length).toBeLessThanOrEqual(CONSOLE_LINE_LENGTH_MAX);
          expect(line).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
        }
        expect(toConsoleLines(lines.join('\n'))).toEqual(lines.map((line) => line.trim()));
      }),
    );
  });
});
