/** Parts of Markdown as code hosts show it (GitHub Flavored Markdown). */
import { plainLine } from './plain-text.ts';

/** A table; nothing where it would have no rows. Cells keep their Markdown, on one line. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]) => `| ${cells.map(cellOf).join(' | ')} |\n`;
  return `\n${line(head)}|${' --- |'.repeat(head.length)}\n${rows.map(line).join('')}`;
}

/**
 * A text of others on one line: it makes no HTML, links or images, and no control characters, and
 * its backslashes stay. What else it has of Markdown, such as asterisks, only changes how its own
 * words look.
 */
export function markdownText(text: string): string {
  const line = plainLine(text).replaceAll('\\', '\\\\');
  return line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('](', ']\\(');
}

/** A text as it stands, whatever marks it has: a code span that it cannot end. */
export function markdownCode(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line === '') return '';
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest === 0 ? '' : ' ';
  return `${fence}${pad}${line}${pad}${fence}`;
}

function cellOf(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
}
