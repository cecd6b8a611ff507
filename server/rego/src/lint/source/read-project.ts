// What all files together define, read once for the rules that look beyond a file.

import type { LintProject, SourceFile } from './model.ts';
import { nameOfRule, pathOfRule } from './names.ts';

/** Reads what the files define. */
export function readProject(files: readonly SourceFile[]): LintProject {
  const packages = new Set<string>();
  const rules = new Set<string>();
  const setRules = new Set<string>();
  const paths = new Set<string>();
  const imports = new Map<string, Set<string>>();
  for (const { module, imports: own } of files) {
    const home = module.package.join('.');
    packages.add(home);
    addPath(paths, module.package);
    for (const rule of module.rules) {
      rules.add(`${home}.${nameOfRule(rule)}`);
      addPath(paths, [...module.package, ...pathOfRule(rule).split('.')]);
      const isFixed = rule.path.every(({ kind }) => kind === 'scalar');
      if (rule.shape === 'set' && isFixed) setRules.add(`${home}.${pathOfRule(rule)}`);
    }
    const known = imports.get(home) ?? new Set<string>();
    imports.set(home, known);
    for (const { path } of own) {
      if (path[0] === 'data' && path.length > 1) known.add(path.slice(1).join('.'));
    }
  }
  return { packages, rules, setRules, paths, imports };
}

/** Adds a path and those above it. */
function addPath(paths: Set<string>, path: readonly string[]): void {
  for (const index of path.keys()) paths.add(path.slice(0, index + 1).join('.'));
}
