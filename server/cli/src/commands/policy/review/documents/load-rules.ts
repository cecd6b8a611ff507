/** The rules that judge documents: deny, violation and warn of a package, with endings or not. */
import { err, ok, type Result } from '@novacron/contract/result';
import { compileRego } from '@novacron/rego/compile-rego';
import { type LoadedRego, loadPolicy } from '@novacron/rego/evaluate-rego';
import { matchesFiles } from '@novacron/rego/lint/match-files';
import type { RegoProblem } from '@novacron/rego/syntax/rego-problem';
import { type Failure, unevaluatedFailure, usageFailure } from '../../../../failures/failure.ts';
import { problemLine } from '../../files/problem-line.ts';
import { isTestFile } from '../../files/read-policies.ts';
import type { Level } from '../report/review-model.ts';

/** One rule, which may be defined several times. */
export interface DocumentRule {
  /** Its package without `data`: main. */
  readonly namespace: string;
  readonly name: string;
  readonly level: Level;
}

/** Compiled policies with the rules that are asked. */
export interface LoadedRules {
  readonly rego: LoadedRego;
  readonly rules: readonly DocumentRule[];
  /** Packages whose rule `exception` is asked. */
  readonly exceptions: readonly string[];
}

/** Rules to evaluate, and their data. */
export interface AskedRules {
  /** Packages such as main, or patterns of them such as `main.*`; `all`: every package. */
  readonly namespaces: readonly string[] | 'all';
  /** The documents below `data`; undefined: none. */
  readonly data: Readonly<Record<string, unknown>> | undefined;
}

/** The meaning of `not` that OPA has; what is stored on a server plays no part here. */

const JUDGING = /^(deny|violation|warn)(?:_[A-Za-z0-9_]+)?$/;

/**
 * Compiles policies together, without their tests.
 * Failures: nothing evaluated, where they do not compile; wrong usage, where a package has no rule
 * to ask.
 */
export function loadRules(
  texts: Readonly<Record<string, string>>,
  { namespaces, data }: AskedRules,
): Result<LoadedRules, Failure> {
  const modules = Object.fromEntries(Object.entries(texts).filter(([file]) => !isTestFile(file)));
  const known = compileRego({ modules, entrypoints: [] });
  if (!known.ok) return err(compileFailure(known.error));
  const packages = Object.keys(known.value.rules).sort();
  const asked = namespaces === 'all' ? packages : expand(namespaces, packages);
  const rulesOf = (namespace: string) =>
    [...(known.value.rules[namespace] ?? [])].sort().flatMap((name): DocumentRule[] => {
      const verb = JUDGING.exec(name)?.[1];
      if (verb === undefined) return [];
      return [{ namespace, name, level: verb === 'warn' ? 'warning' : 'error' }];
    });
  const empty = asked.find((namespace) => rulesOf(namespace).length === 0);
  if (empty !== undefined && namespaces !== 'all') {
    return err(usageFailure(`${withoutRules(empty)}; packages found: ${packages.join(', ')}`));
  }
  const rules = asked.flatMap(rulesOf);
  if (rules.length === 0) return err(usageFailure(withoutRules('any package')));
  const exceptions = asked.filter((name) => known.value.rules[name]?.includes('exception'));
  const entrypoints = [
    ...rules.map(({ namespace, name }) => entrypointOf(namespace, name)),
    ...exceptions.map((namespace) => entrypointOf(namespace, 'exception')),
  ];
  const compiled = compileRego({ modules, entrypoints, data });
  if (!compiled.ok) return err(compileFailure(compiled.error));
  return ok({ rego: loadPolicy(compiled.value.wasm), rules, exceptions });
}

/** Packages for patterns, in which `*` is any text; a pattern that matches none stays as it is. */
function expand(namespaces: readonly string[], packages: readonly string[]): readonly string[] {
  const found = namespaces.flatMap((namespace) => {
    const matched = packages.filter((name) => matchesFiles([`/${namespace}`], name));
    return matched.length === 0 ? [namespace] : matched;
  });
  return [...new Set(found)];
}

/** The path of a rule below `data`, as the compiler names it. */
export function entrypointOf(namespace: string, rule: string): string {
  return `${namespace.replaceAll('.', '/')}/${rule}`;
}

function withoutRules(where: string): string {
  return `no rules deny, violation or warn in ${where}; name the package with --namespace`;
}

function compileFailure(problems: readonly RegoProblem[]): Failure {
  return unevaluatedFailure(`${problems.map(problemLine).join('')}the review did not run`);
}
