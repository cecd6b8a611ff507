// Comments that look like annotations and are not, because `# METADATA` is missing above them.

import type { LintRule } from '../source/model.ts';

/** The attributes of annotations that describe rules and packages. */
export const DESCRIBING_ATTRIBUTES: readonly string[] = [
  'scope',
  'title',
  'description',
  'related_resources',
  'authors',
  'organizations',
  'schemas',
  'entrypoint',
  'custom',
];

const ATTRIBUTE = new RegExp(`^#\\s*(?:${DESCRIBING_ATTRIBUTES.join('|')})\\s*:`);

/** The rule `annotation-without-metadata` of Regal. */
export const annotationWithoutMetadata: LintRule = {
  name: 'annotation-without-metadata',
  category: 'bugs',
  level: 'error',
  check: ({ comments }) => {
    const rows = new Set(comments.map(({ at }) => at.row));
    return comments.flatMap(({ text, at }) => {
      const isFirst = at.column === 1 && !rows.has(at.row - 1);
      if (!isFirst || !ATTRIBUTE.test(text)) return [];
      return [{ at, message: 'Write "# METADATA" above this line, or it is only a comment.' }];
    });
  },
};
