import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { applyChanges, offsetAt, positionAt, wholeRange } from './text-positions.ts';

describe('positions in a text', () => {
  test('count lines by each kind of line end, and characters in UTF-16', () => {
    const text = 'a\r\n🐘b\rc\n';
    const offsets = [
      [0, 1],
      [1, 2],
      [1, 3],
      [2, 0],
      [3, 0],
    ].map(([line = 0, character = 0]) => offsetAt(text, { line, character }));
    expect(offsets).toEqual([1, 5, 6, 7, 9]);
    expect(offsetAt(text, { line: 0, character: 99 })).toBe(1);
    expect(offsetAt(text, { line: 99, character: 0 })).toBe(text.length);
  });

  test('and offsets are one another (property)', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'é', '🐘', '\n', ' ') });
    fc.assert(
      fc.property(texts, fc.nat(), (text, seed) => {
        const offset = text.length === 0 ? 0 : seed % (text.length + 1);
        expect(offsetAt(text, positionAt(text, offset))).toBe(offset);
      }),
    );
  });

  test('of changes are those of the text before each (property)', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', '🐘', '\n') });
    fc.assert(
      fc.property(texts, texts, fc.nat(), fc.nat(), (text, inserted, a, b) => {
        const [start = 0, end = 0] = [a, b].map((n) => n % (text.length + 1)).sort((x, y) => x - y);
        const range = { start: positionAt(text, start), end: positionAt(text, end) };
        const changes = [
          { range, text: inserted },
          { range: wholeRange(''), text: '!' },
        ];
        const expected = `!${text.slice(0, start)}${inserted}${text.slice(end)}`;
        expect(applyChanges(text, changes)).toBe(expected);
      }),
    );
  });
});
