// References to packages and rules that do not exist.

import { RE2JS } from 're2js';
import type { Position } from '../../syntax/rego-problem.ts';
import type { LintProject, LintRule, SourceFile } from '../source/model.ts';
import { callsOf, nameOfImport, refsOf, staticPath } from '../source/names.ts';
import { listOption, matchesPattern } from '../source/options.ts';

/** The rule `unresolved-reference` of Regal. */
export const unresolvedReference: LintRule = {
  name: 'unresolved-reference',
  category: 'imports',
  level: 'error',
  check: (file, { project, options }) => {
    const excepted = listOption(options['except-paths']).map(toPattern);
    const targets = importsOf(file);
    return referencesOf(file).flatMap(({ path, at }) => {
      const full = expand(path, targets);
      if (full === undefined || isResolved(full, project)) return [];
      const name = `data.${full.join('.')}`;
      if (excepted.some((pattern) => matchesPattern(pattern, name))) return [];
      const message = `No linted file defines ${name}; where it is data, add it to except-paths.`;
      return [{ at, message }];
    });
  },
};

interface Reference {
  readonly path: readonly string[];
  readonly at: Position;
}

/** Returns the fixed parts of references and calls. */
function referencesOf(file: SourceFile): readonly Reference[] {
  const refs = refsOf(file).flatMap(({ ref, isTarget }) => {
    if (isTarget || ref.head.kind !== 'var') return [];
    const fixed = ref.path.findIndex(
      (part) => part.kind !== 'scalar' || typeof part.value !== 'string',
    );
    const path = fixed < 0 ? ref.path : ref.path.slice(0, fixed);
    return [{ path: staticPath({ ...ref, path }) ?? [], at: ref.at }];
  });
  const calls = callsOf(file).map(({ call }) => ({ path: call.name, at: call.at }));
  return [...refs, ...calls];
}

/** The paths below `data` that imports name; those that rules or variables hide are left out. */
function importsOf(file: SourceFile): ReadonlyMap<string, readonly string[]> {
  const hidden = new Set([...file.declared.values()].flat().map(({ name }) => name));
  const own = file.imports.filter(({ path }) => path[0] === 'data' && path.length > 1);
  const named = own.map((each) => [nameOfImport(each), each.path.slice(1)] as const);
  return new Map(named.filter(([name]) => !hidden.has(name) && !file.ruleNames.has(name)));
}

/** The path below `data`; undefined where a reference is about something else. */
function expand(
  [head = '', ...rest]: readonly string[],
  targets: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  if (head === 'data') return rest.length === 0 ? undefined : rest;
  const target = targets.get(head);
  return target === undefined || rest.length === 0 ? undefined : [...target, ...rest];
}

/** Whether it is a package, a rule, or in the value of a rule. */
function isResolved(path: readonly string[], { paths, rules }: LintProject): boolean {
  if (paths.has(path.join('.'))) return true;
  return path.some((_, index) => rules.has(path.slice(0, index + 1).join('.')));
}

/** A `*` is any text. */
function toPattern(glob: string): string {
  return `^${glob.split('*').map(RE2JS.quote).join('.*')}$`;
}
