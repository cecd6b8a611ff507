// Packages that differ from the directory of the file.

import type { LintRule } from '../source/model.ts';

/** The rule `directory-package-mismatch` of Regal. */
export const directoryPackageMismatch: LintRule = {
  name: 'directory-package-mismatch',
  category: 'idiomatic',
  level: 'ignore',
  check: (file, { options }) => {
    const folders = file.path.split('/').slice(0, -1);
    const parts = [...file.module.package];
    const last = parts.at(-1);
    if (options['exclude-test-suffix'] !== false && last !== undefined) {
      parts.splice(-1, 1, last.replace(/_test$/, ''));
    }
    const wanted = folders.slice(-parts.length);
    if (wanted.join('/') === parts.join('/')) return [];
    const message = `The package ${parts.join('.')} is expected in a directory ${parts.join('/')}.`;
    return [{ at: { row: file.tokens[0]?.at.row ?? 1, column: 1 }, message }];
  },
};
