// Comments that switch rules off where they stand: `# regal ignore:rule,rule`.

import type { Comment } from '../parse/read-comments.ts';

const DIRECTIVE = /regal ignore:\s*([\w-]+(?:\s*,\s*[\w-]+)*)/;

/** The rules that do not count, by row: that of the comment and the one below it. */
export function ignoredRows(
  comments: readonly Comment[],
): ReadonlyMap<number, ReadonlySet<string>> {
  const rows = new Map<number, Set<string>>();
  for (const { text, at } of comments) {
    const names = DIRECTIVE.exec(text)?.[1]?.split(/\s*,\s*/) ?? [];
    for (const row of [at.row, at.row + 1]) {
      const known = rows.get(row) ?? new Set<string>();
      for (const name of names) known.add(name);
      rows.set(row, known);
    }
  }
  return rows;
}
