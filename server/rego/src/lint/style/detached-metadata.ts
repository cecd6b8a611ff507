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
      const between = lines.slice(row - 1, subjectRow - 1);
      if (!between.some((line) => line.trim() === '')) return [];
      return [{ at: { row, column: 1 }, message: 'Remove the empty line below the annotation.' }];
    }),
};
