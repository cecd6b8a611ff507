// Annotations with an empty line below them.

import type { LintRule } from '../source/model.ts';

/** The rule `detached-metadata` of Regal. */
export const detachedMetadata: LintRule = {
  name: 'detached-metadata',
  category: 'style',
  level: 'error',
  check: ({ annotations, lines }) =>
    annotations.flatMap(({ row, subjectRow }) => {
      if (subjectRow === undefined) return [];
      const below = lines.slice(row, subjectRow - 1);
      const end = below.findIndex((line) => line.trim() === '');
      const next = below.slice(end).find((line) => line.trim() !== '') ?? '';
      // Annotations of a package and of its document may follow each other.
      if (end < 0 || /^#\s*METADATA\s*$/.test(next.trim())) return [];
      return [{ at: { row, column: 1 }, message: 'Remove the empty line below the annotation.' }];
    }),
};
