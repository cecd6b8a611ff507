/** Leaves out of an output what does not matter here; what is left is unchanged. */
import { stripVTControlCharacters } from 'node:util';

/** Lines that match one of the patterns. */
export function linesMatching(...patterns) {
  return (lines) =>
    lines.filter((line) => patterns.some((pattern) => pattern.test(plain(line).trim())));
}

/**
 * Everything between two lines, both included, as often as they come.
 * @param {RegExp} first
 * @param {RegExp} last
 */
export function blocksBetween(first, last) {
  return (lines) => {
    let isInside = false;
    return lines.filter((line) => {
      const starts = !isInside && first.test(plain(line));
      const keep = isInside || starts;
      if (starts) isInside = true;
      else if (isInside && last.test(plain(line))) isInside = false;
      return keep;
    });
  };
}

/** Returns a trimmer that concatenates the output of the given trimmers. */
export function allOf(...trimmers) {
  return (lines) => trimmers.flatMap((trim) => trim(lines));
}

/** The lines of an output after a trimmer. */
export function trimOutput(output, trim) {
  const lines = trim(output.split('\n'));
  return lines.filter((line, index) => plain(line).trim() !== '' || hasText(lines[index + 1]));
}

function hasText(line) {
  return line !== undefined && plain(line).trim() !== '';
}

function plain(line) {
  return stripVTControlCharacters(line);
}
