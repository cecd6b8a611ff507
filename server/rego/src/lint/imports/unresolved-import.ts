// Imports of packages and rules that do not exist.

import type { Module } from '../../syntax/ast.ts';
import type { LintRule } from '../source/model.ts';
import { pathOfRule } from '../source/names.ts';
import { listOption } from '../source/options.ts';

/** The rule `unresolved-import` of Regal. */
export const unresolvedImport: LintRule = {
  name: 'unresolved-import',
  category: 'imports',
  level: 'error',
  check: (file, { files, options }) => {
    const excepted = listOption(options['except-imports']);
    const known = new Set(files.flatMap(({ module }) => pathsOf(module)));
    return file.imports.flatMap(({ path, at }) => {
      const name = path.join('.');
      if (path[0] !== 'data' || path.length < 2 || known.has(name)) return [];
      if (excepted.some((pattern) => isExcepted(name, pattern))) return [];
      const message = `No linted file defines ${name}; where it is data, add it to except-imports.`;
      return [{ at, message }];
    });
  },
};

/** Its package, what is above that, and its rules with what is above these. */
function pathsOf({ package: home, rules }: Module): readonly string[] {
  const whole = [home, ...rules.map((rule) => [...home, ...pathOfRule(rule).split('.')])];
  return whole.flatMap((path) =>
    path.map((_, index) => ['data', ...path.slice(0, index + 1)].join('.')),
  );
}

/** `data.users` itself, or `data.users.*`. */
function isExcepted(name: string, pattern: string): boolean {
  if (!pattern.endsWith('.*')) return name === pattern;
  return name.startsWith(pattern.slice(0, -1));
}
