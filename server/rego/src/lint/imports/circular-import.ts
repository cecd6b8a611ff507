// Packages that import each other.

import type { LintProject, LintRule } from '../source/model.ts';

/** The rule `circular-import` of Regal. */
export const circularImport: LintRule = {
  name: 'circular-import',
  category: 'imports',
  level: 'error',
  check: ({ module, imports }, { project }) => {
    const home = module.package.join('.');
    return imports.flatMap(({ path, at }) => {
      const name = path.slice(1).join('.');
      if (path[0] !== 'data' || path.length < 2) return [];
      if (!reaches(name, home, project.imports)) return [];
      const message =
        name === home
          ? `The package ${home} imports itself.`
          : `The packages ${home} and ${name} import each other.`;
      return [{ at, message }];
    });
  },
};

/** Whether imports lead from one package to another. */
function reaches(from: string, to: string, imports: LintProject['imports']): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === to) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(imports.get(next) ?? []));
  }
  return false;
}
