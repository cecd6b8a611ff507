// References by the full path to what is imported.

import type { LintRule } from '../source/model.ts';
import { nameOfImport, refsOf, staticPath } from '../source/names.ts';

/** The rule `ignored-import` of Regal. */
export const ignoredImport: LintRule = {
  name: 'ignored-import',
  category: 'imports',
  level: 'error',
  check: (file) => {
    const imported = new Map(
      file.imports
        .filter(({ path }) => path[0] === 'data' && path.length > 1)
        .map((each) => [each.path.join('.'), nameOfImport(each)]),
    );
    return refsOf(file).flatMap(({ ref, isTarget }) => {
      const path = staticPath(ref);
      if (path?.[0] !== 'data' || isTarget) return [];
      const found = path
        .map((_, index) => path.slice(0, index + 1).join('.'))
        .find((prefix) => imported.has(prefix));
      if (found === undefined) return [];
      const message = `${found} is imported as ${imported.get(found)}; use that name.`;
      return [{ at: ref.at, message }];
    });
  },
};
