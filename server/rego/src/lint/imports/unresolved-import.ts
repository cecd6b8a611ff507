// Imports of packages and rules that do not exist.

import type { LintRule } from '../source/model.ts';
import { listOption } from '../source/options.ts';

/** The rule `unresolved-import` of Regal. */
export const unresolvedImport: LintRule = {
  name: 'unresolved-import',
  category: 'imports',
  level: 'error',
  check: ({ imports }, { project, options }) => {
    const excepted = listOption(options['except-imports']);
    return imports.flatMap(({ path, at }) => {
      const name = path.join('.');
      if (path[0] !== 'data' || path.length < 2) return [];
      if (project.paths.has(path.slice(1).join('.'))) return [];
      if (excepted.some((pattern) => isExcepted(name, pattern))) return [];
      const message = `No linted file defines ${name}; where it is data, add it to except-imports.`;
      return [{ at, message }];
    });
  },
};

/** `data.users` itself, or `data.users.*`. */
function isExcepted(name: string, pattern: string): boolean {
  if (!pattern.endsWith('.*')) return name === pattern;
  return name.startsWith(pattern.slice(0, -1));
}
