// Negations of rules that contain a set, which is never undefined.

import type { LintRule } from '../source/model.ts';
import { declaredIn, nameOfImport, staticPath } from '../source/names.ts';

/** The rule `impossible-not` of Regal. */
export const impossibleNot: LintRule = {
  name: 'impossible-not',
  category: 'bugs',
  level: 'error',
  check: (file, { project }) => {
    const home = file.module.package;
    const imported = new Map(file.imports.map((each) => [nameOfImport(each), each.path]));
    return file.module.rules.flatMap((rule) => {
      const local = new Set(declaredIn(rule, file).map(({ name }) => name));
      return (file.visitsOf.get(rule) ?? []).flatMap(({ node }) => {
        if (node.kind !== 'not' || node.literal.kind !== 'expr') return [];
        const path = staticPath(node.literal.term);
        const [first = ''] = path ?? [];
        if (path === undefined || local.has(first)) return [];
        const full = first === 'data' ? path.slice(1) : resolve(path, imported, home);
        if (!project.setRules.has(full.join('.'))) return [];
        const name = path.join('.');
        const message = `${name} is a set, which is never undefined; compare it with set().`;
        return [{ at: node.at, message }];
      });
    });
  },
};

function resolve(
  [first = '', ...rest]: readonly string[],
  imported: ReadonlyMap<string, readonly string[]>,
  home: readonly string[],
): readonly string[] {
  const path = imported.get(first);
  return path === undefined ? [...home, first, ...rest] : [...path.slice(1), ...rest];
}
