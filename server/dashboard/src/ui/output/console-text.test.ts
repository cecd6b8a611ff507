import { describe, expect, jest, test } from '@jest/globals';
import { controlOf, createConsoleText } from './console-text.ts';

function textOf(...parts: readonly string[]): readonly string[] {
  const made = createConsoleText();
  for (const part of parts) made.write(part);
  return made.lines();
}

describe('the text of a console', () => {
  test.each([
    ['lines', 'one\r\ntwo\r\n> ', ['one', 'two', '> ']],
    ['a line that is written again', 'loading 1 %\rloading 99 %', ['loading 99 %']],
    ['what is deleted', 'ab\b \bc', ['ac']],
    ['tabs', 'a\tb', ['a       b']],
    ['colours', '\u001b[1;32mok\u001b[0m done', ['ok done']],
    ['a title of the window', '\u001b]0;evil\u0007text\u001b]2;more\u001b\\!', ['text!']],
    ['other sequences', '\u001b(B\u001b=\u001b7text', ['text']],
    ['markup', '<img src=x onerror=alert(1)></pre>', ['<img src=x onerror=alert(1)></pre>']],
    ['control characters', 'a\u0000b\u0003c\u007f\u0007', ['a\u2400b\u2403c\u2421']],
    ['letters of more than one unit', '🚀\rx', ['x\ude80']],
  ])('has %s', (_name, written, lines) => {
    expect(textOf(written)).toEqual(lines);
  });

  test('leaves out a sequence that comes in parts', () => {
    expect(textOf('a\u001b', '[3', '1mb', '\u001b]0;ti', 'tle\u001b', '\\c')).toEqual(['abc']);
  });

  test('shows a sequence that does not end, so that nothing is withheld for ever', () => {
    const [line = ''] = textOf(`\u001b]${'x'.repeat(300)}`);
    expect(line.startsWith('\u241b]xxx')).toBe(true);
  });

  test('keeps the newest lines, and counts the others', () => {
    const made = createConsoleText(3);
    made.write('1\n2\n3\n4\n5');
    expect(made.lines()).toEqual(['3', '4', '5']);
    expect(made.droppedLines()).toBe(2);
    made.clear();
    expect(made.lines()).toEqual(['']);
  });

  test('takes time in proportion to what is written, and never looks at a line again', () => {
    const made = createConsoleText(3);
    const read = jest.spyOn(Array.prototype, 'slice');
    made.write('\n'.repeat(30_000));
    const copies = read.mock.calls.length;
    read.mockRestore();
    // Each copy drops as many lines as are kept.
    expect(copies).toBeLessThanOrEqual(10_001);
    expect(made.lines()).toEqual(['', '', '']);
    expect(made.droppedLines()).toBe(29_998);
  });

  test('breaks a line that has no end', () => {
    const lines = textOf('x'.repeat(5_000));
    expect(lines.map(({ length }) => length)).toEqual([2_000, 2_000, 1_000]);
  });
});

test('a key with Control is one character', () => {
  expect(controlOf('c')).toBe('\u0003');
  expect(controlOf('D')).toBe('\u0004');
});
