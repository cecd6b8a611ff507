/** Width of texts on a terminal, in columns: wide characters take two. */
import displayWidth from 'string-width';

const PLAIN_LINE = /^[ -~]*$/;

/** The width of a line. Unit: columns. */
export function widthOf(line: string): number {
  return PLAIN_LINE.test(line) ? line.length : displayWidth(line);
}

const ELLIPSIS = '…';

/** A line of at most `width` columns: a longer one ends with `…`. */
export function cutLine(line: string, width: number): string {
  if (widthOf(line) <= width) return line;
  let cut = '';
  let used = 0;
  for (const { segment } of SEGMENTS.segment(line)) {
    used += widthOf(segment);
    if (used > width - 1) break;
    cut += segment;
  }
  return `${cut.trimEnd()}${ELLIPSIS}`;
}

const SEGMENTS = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Breaks a line at spaces into lines of at most `width` columns; longer words stay whole. */
export function wrapLine(line: string, width: number): readonly string[] {
  if (widthOf(line) <= width) return [line];
  const indent = /^ */.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current = '';
  for (const word of line.trimStart().split(' ')) {
    const longer = current === '' ? `${indent}${word}` : `${current} ${word}`;
    if (current !== '' && widthOf(longer) > width) {
      lines.push(current);
      current = `${indent}${word}`;
    } else current = longer;
  }
  return [...lines, current];
}
