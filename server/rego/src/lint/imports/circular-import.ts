// Packages that import each other.

import type { LintRule, SourceFile } from '../source/model.ts';

/** The rule `circular-import` of Regal. */
export const circularImport: LintRule = {
  name: 'circular-import',
  category: 'imports',
  level: 'error',
  check: (file, { files }) => {
    const home = file.module.package.join('.');
    return dataImports(file).flatMap(({ path, at }) => {
      const name = path.slice(1).join('.');
      if (!reaches(name, home, files)) return [];
      const message =
        name === home
          ? `The package ${home} imports itself.`
          : `The packages ${home} and ${name} import each other.`;
      return [{ at, message }];
    });
  },
};

function dataImports({ imports }: SourceFile) {
  return imports.filter(({ path }) => path[0] === 'data' && path.length > 1);
}

/** Whether imports lead from one package to another. */
function reaches(from: string, to: string, files: readonly SourceFile[]): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === to) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    const current = next;
    const own = files.filter(({ module }) => module.package.join('.') === current);
    open.push(...own.flatMap(dataImports).map(({ path }) => path.slice(1).join('.')));
  }
  return false;
}
