// Policies without a rule that is annotated as an entrypoint.

import type { LintRule } from '../source/model.ts';

/** The rule `no-defined-entrypoint` of Regal. */
export const noDefinedEntrypoint: LintRule = {
  name: 'no-defined-entrypoint',
  category: 'idiomatic',
  level: 'ignore',
  check: (file, { files }) => {
    if (file !== files[0]) return [];
    const isEntrypoint = files.some(({ annotations }) =>
      annotations.some(({ declared }) => declared.entrypoint === true),
    );
    const message =
      'No rule is annotated with "entrypoint: true", so readers do not know where to begin.';
    return isEntrypoint ? [] : [{ at: { row: 1, column: 1 }, message }];
  },
};
