// Tests of one name as tests of their own, and the cases of tests that have some. Source of the
// ideas: `opa test`, which numbers definitions of one name and reports each case of a partial rule.

import { isWildcard, type Literal, type Module, type Rule, type Term } from '../syntax/ast.ts';
import { visitDeclared, visitLiteral, visitVariables } from './visit-variables.ts';

/** Prefix of test names. */
const TEST_PREFIX = 'test_';

/** Name prefix of tests that are still to be written. */
export const TODO_PREFIX = 'todo_test_';

/** Suffix after the name of a test, in the name of the rule that contains its cases. */
const CASES_SUFFIX = '#cases';

/** The rule with the cases of a test: a set of lists of keys. */
export function casesOf(name: string): string {
  return `${name}${CASES_SUFFIX}`;
}

/**
 * Numbers the definitions of tests that have one name: `test_a`, `test_a#01`. Parts of one partial
 * rule stay one test.
 */
export function numberTests(modules: readonly Module[]): readonly Module[] {
  const counts = new Map<string, number>();
  const rename =
    (module: Module) =>
    (rule: Rule): Rule => {
      const name = testNameOf(rule);
      if (name === undefined || rule.shape !== 'value' || rule.path.length > 1) return rule;
      const key = [...module.package, name].join('/');
      const count = counts.get(key) ?? 0;
      counts.set(key, count + 1);
      if (count === 0) return rule;
      const value = `${name}#${String(count).padStart(2, '0')}`;
      return { ...rule, path: [{ kind: 'scalar', value, at: rule.at }] };
    };
  return modules.map((module) => ({ ...module, rules: module.rules.map(rename(module)) }));
}

/**
 * Adds a rule with the cases of each test that is a partial object, such as
 * `test_sizes[name] if { some name, size in sizes; size.gb < 64 }`: the keys that the first lines
 * of its body give, whether or not what follows holds.
 */
export function addCases(modules: readonly Module[]): readonly Module[] {
  return modules.map((module) => ({
    ...module,
    rules: [...module.rules, ...module.rules.flatMap(makeCases)],
  }));
}

function makeCases(rule: Rule): readonly Rule[] {
  const { path, args, shape, branches, at } = rule;
  const [branch] = branches;
  const name = testNameOf(rule);
  const keys = path.slice(1);
  if (name === undefined || args || shape !== 'value' || !branch || branches.length > 1) return [];
  const length = countBinding(keys, branch.body);
  if (length === undefined) return [];
  const value = { kind: 'scalar', value: true, at } as const;
  const body = branch.body.slice(0, length);
  return [
    {
      path: [{ kind: 'scalar', value: casesOf(name), at }],
      args: undefined,
      shape: 'set',
      member: { kind: 'array', items: keys, at },
      branches: [{ value, operator: undefined, body, at: branch.at }],
      at,
    },
  ];
}

/** Counts the lines of a body that bind the variables of keys; undefined: none does. */
function countBinding(keys: readonly Term[], body: readonly Literal[]): number | undefined {
  const wanted = new Set<string>();
  for (const key of keys) {
    visitVariables(key, ({ name }) => {
      if (!isWildcard(name)) wanted.add(name);
    });
  }
  let length = wanted.size === 0 ? 0 : undefined;
  for (const [index, literal] of body.entries()) {
    const forget = ({ name }: { readonly name: string }) => {
      if (wanted.delete(name)) length = index + 1;
    };
    if (literal.kind !== 'some') visitDeclared(literal, forget);
    if (literal.kind !== 'not' && literal.kind !== 'every') visitLiteral(literal, forget);
  }
  return length;
}

/** The name of a test, its rule's first part; undefined for other rules. */
export function testNameOf({ path: [first], args }: Rule): string | undefined {
  if (first?.kind !== 'scalar' || typeof first.value !== 'string' || args) return undefined;
  const isTest = first.value.startsWith(TEST_PREFIX) || first.value.startsWith(TODO_PREFIX);
  return isTest ? first.value : undefined;
}
