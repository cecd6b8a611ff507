// Attributes of annotations that OPA does not know.

import type { LintRule } from '../source/model.ts';
import { DESCRIBING_ATTRIBUTES } from './annotation-without-metadata.ts';

/** The rule `invalid-metadata-attribute` of Regal. */
export const invalidMetadataAttribute: LintRule = {
  name: 'invalid-metadata-attribute',
  category: 'bugs',
  level: 'error',
  check: ({ annotations }) =>
    annotations.flatMap(({ declared, row }) =>
      Object.keys(declared)
        .filter((name) => !KNOWN.has(name))
        .map((name) => ({
          at: { row, column: 1 },
          message: `"${name}" is not an attribute of annotations; put it below "custom".`,
        })),
    ),
};

const KNOWN: ReadonlySet<string> = new Set([...DESCRIBING_ATTRIBUTES, 'compile']);
