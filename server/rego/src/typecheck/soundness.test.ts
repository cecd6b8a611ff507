import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findUses } from '../check/check-recursion.ts';
import { orderRules } from '../check/order-rules.ts';
import { resolveRules } from '../check/resolve-rules.ts';
import { buildRuleTree, findNode } from '../check/rule-tree.ts';
import { EvaluationError } from '../evaluate/evaluation-error.ts';
import { loadPolicy } from '../evaluate-rego.ts';
import { linkPolicy } from '../link/link-policy.ts';
import { writeFacts } from '../link/policy-facts.ts';
import { parseRego } from '../parse/parse-rego.ts';
import { planPolicy } from '../plan/plan-policy.ts';
import type { RegoProblem } from '../syntax/rego-problem.ts';
import { toJsonText } from '../values/json-value.ts';
import type { RegoValue } from '../values/rego-value.ts';
import { checkTypes } from './check-types.ts';
import { overlaps } from './overlap.ts';
import { ANY, alternatives, type RegoType, typeOfValue } from './rego-type.ts';

const UNKNOWN = { input: ANY, data: ANY };

/** Returns the answer of a text without the checker, and the checker's findings. */
function judge(text: string, input: unknown) {
  const modules = { m: `package a\n${text}` };
  const parsed = parseRego(modules.m, { file: 'm', regoVersion: 'v1' });
  if (!parsed.ok) throw new Error(`${text}\n${JSON.stringify(parsed.error)}`);
  const problems: RegoProblem[] = [];
  const root = buildRuleTree([parsed.value], problems);
  resolveRules(root, { modules: [parsed.value], texts: modules, prints: 'dropped' }, problems);
  orderRules(root, new Set(), problems);
  if (problems.length > 0) throw new Error(`${text}\n${JSON.stringify(problems)}`);
  const sources = { uses: findUses(root), isUnknown: () => false, documentTypes: () => UNKNOWN };
  const types = checkTypes(root, sources, (problem) => problems.push(problem));
  const builtinErrors = 'undefined';
  const facts = (memoryPages: number) =>
    writeFacts({ memoryPages, builtinErrors, data: undefined });
  const wasm = linkPolicy(planPolicy(root, ['a'], undefined), { builtinErrors, facts });
  const typeOf = (name: string) => {
    const node = findNode(root, ['a', name]);
    return (node && types.get(node)) ?? ANY;
  };
  return { answers: answersOf(wasm, input), problems, typeOf };
}

// Keys that clash and rules that contradict each other stop an evaluation.
function answersOf(wasm: Uint8Array, input: unknown): Readonly<Record<string, unknown>> {
  try {
    const [answers] = loadPolicy(wasm).evaluate(input);
    return (answers ?? {}) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    if (!(cause instanceof EvaluationError) || cause.code !== 'eval_conflict_error') throw cause;
    return {};
  }
}

/** Whether a type has a value as the host sees it: sets are arrays, all keys are strings. */
function admits(type: RegoType, value: unknown): boolean {
  return alternatives(type).some((each) => {
    switch (each.kind) {
      case 'any':
        return true;
      case 'null':
        return value === null;
      case 'array': {
        if (!Array.isArray(value) || value.length < each.items.length) return false;
        return value.every((item, at) => admits(each.items[at] ?? each.rest ?? NONE, item));
      }
      case 'set':
        if (!Array.isArray(value) || (each.size === 'filled' && value.length === 0)) return false;
        return value.every((item) => admits(each.of, item));
      case 'object': {
        if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
        const { properties, rest } = each;
        const names = properties.map(({ key }) => nameOf(key));
        return (
          names.every((name) => name in value) &&
          Object.entries(value).every(([key, inner]) => {
            const own = properties[names.indexOf(key)];
            if (own && admits(own.value, inner)) return true;
            return rest !== undefined && admitsKey(rest.key, key) && admits(rest.value, inner);
          })
        );
      }
      default:
        return typeof value === each.kind;
    }
  });
}

const NONE: RegoType = { kind: 'union', members: [], text: 'nothing', identity: '' };

function nameOf(key: RegoValue): string {
  return typeof key === 'string' ? key : toJsonText(key);
}

function admitsKey(type: RegoType, key: string): boolean {
  if (admits(type, key)) return true;
  try {
    return admits(type, JSON.parse(key));
  } catch {
    return false;
  }
}

const NAMES = ['a', 'b', 'c'];
const scalar = fc.constantFrom('null', 'true', 'false', '0', '1', '2', '-1', '2.5', '"a"', '"b"');

/** Expressions over the input and rules `r0` … below `count`. */
function expression(count: number, depth: number): fc.Arbitrary<string> {
  const leaf = fc.oneof(
    scalar,
    fc.constantFrom('input', 'input.a', 'input.b.c', 'input.a[0]'),
    ...(count > 0 ? [fc.nat(count - 1).map((at) => `r${at}`)] : []),
  );
  if (depth === 0) return leaf;
  const inner = expression(count, depth - 1);
  const some = fc.array(inner, { maxLength: 3 });
  const place = fc.constantFrom('.a', '.b', '[0]', '[1]', '["c"]', '[1][0]', '.a.b');
  const call = (names: readonly string[]) =>
    fc.tuple(fc.constantFrom(...names), inner).map(([name, of]) => `${name}(${of})`);
  const two = (names: readonly string[]) =>
    fc.tuple(fc.constantFrom(...names), inner, inner).map(([n, x, y]) => `${n}(${x}, ${y})`);
  return fc.oneof(
    leaf,
    some.map((items) => `[${items.join(', ')}]`),
    some.map((items) => (items.length > 0 ? `{${items.join(', ')}}` : 'set()')),
    fc
      .array(fc.tuple(fc.constantFrom(...NAMES), inner), { maxLength: 3 })
      .map((pairs) => `{${pairs.map(([key, of]) => `"${key}": ${of}`).join(', ')}}`),
    fc.tuple(inner, inner).map(([key, of]) => `{${key}: ${of}}`),
    ...(count > 0 ? [fc.tuple(fc.nat(count - 1), place).map(([at, p]) => `r${at}${p}`)] : []),
    call(['count', 'sum', 'max', 'sort', 'type_name', 'upper', 'is_string', 'object.keys', 'f']),
    call(['json.marshal', 'to_number', 'abs', 'array.reverse', 'union', 'product', 'g']),
    two(['plus', 'minus', 'equal', 'lt', 'concat', 'split', 'array.concat', 'object.union', 'or']),
    fc.tuple(inner, inner).map(([of, other]) => `object.get(${of}, "a", ${other})`),
    leaf.map((of) => `[x | some x in [${of}]]`),
    leaf.map((of) => `{[i, x] | some i, x in {${of}}}`),
    fc.tuple(leaf, scalar).map(([of, key]) => `{k: [x, ${key}] | some k, x in [${of}]}`),
  );
}

function line(count: number, at: number): fc.Arbitrary<string> {
  const one = expression(count, 1);
  return fc.oneof(
    fc.tuple(one, one).map(([x, y]) => `${x} == ${y}`),
    one.map((of) => `[v${at}, _] = ${of}`),
    one.map((of) => `{"a": v${at}} = ${of}`),
    one.map((of) => `some v${at} in ${of}`),
    one.map((of) => `some [v${at}, w${at}], {"b": u${at}} in ${of}`),
    one.map((of) => `v${at} := ${of}`),
    one.map((of) => `every e in ${of} { is_string(e) }`),
    one.map((of) => `t${at} := ${of}; t${at}[v${at}][w${at}]`),
    one.map((of) => `s${at} := ${of}; s${at}[[v${at}, 1]]`),
  );
}

const FUNCTIONS = `f([x, y]) := [y, x]
f({"a": z}) := z
f("a") := 1
g(x) := x.a
g(x) := count(x) if is_string(x)
`;

function rule(at: number): fc.Arbitrary<string> {
  const lines = fc.tuple(fc.nat(1), line(at, 0), line(at, 1)).map(([count, one, two]) => {
    return count === 0 ? one : `${one}\n  ${two}`;
  });
  const name = `r${at}`;
  return fc.oneof(
    expression(at, 3).map((of) => `${name} := ${of}`),
    fc.tuple(expression(at, 2), lines).map(([of, body]) => `${name} := ${of} if {\n  ${body}\n}`),
    fc.tuple(scalar, expression(at, 0)).map(([x, y]) => {
      return `default ${name} := 1\n${name} := [${x}] if is_string(${y})`;
    }),
    expression(at, 2).map((of) => `${name} contains x if some x in ${of}`),
    expression(at, 2).map((of) => `${name}[k] := [x] if some k, x in ${of}`),
    expression(at, 2).map((of) => `${name}[k][j] := j if some k, j in ${of}`),
  );
}

const program = fc
  .tuple(rule(0), rule(1), rule(2), rule(3))
  .map((rules) => FUNCTIONS + rules.join('\n'));

const input = fc.oneof(
  fc.constantFrom<unknown>(
    { a: ['x'], b: { c: { a: 1 } } },
    { a: [[1, 2]], b: { c: 'a' } },
    { a: 'ab', b: { c: [['a', 1]] } },
    { a: { a: 1, b: [2] }, b: { c: null } },
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

function isFull(value: unknown): boolean {
  if (value === undefined) return false;
  return typeof value !== 'object' || value === null || Object.keys(value).length > 0;
}

describe('the checker is never surprised by an evaluation', () => {
  test('each value is of the type that was inferred for its rule', () => {
    fc.assert(
      fc.property(program, input, (text, document) => {
        const { answers, typeOf } = judge(text, document);
        for (const [name, value] of Object.entries(answers)) {
          const type = typeOf(name);
          expect([name, value, type.text, admits(type, value)]).toEqual([
            name,
            value,
            type.text,
            true,
          ]);
        }
      }),
    );
  });

  test('a program whose rules all have values is not refused', () => {
    fc.assert(
      fc.property(program, input, (text, document) => {
        const { answers, problems } = judge(text, document);
        if (['r0', 'r1', 'r2', 'r3'].every((name) => isFull(answers[name]))) {
          expect(problems).toEqual([]);
        }
      }),
    );
  });

  test('types of one value always overlap', () => {
    const types = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(types, (value) => {
        const type = typeOfValue(value as never) as RegoType;
        expect(overlaps(type, type)).toBe(true);
      }),
    );
  });
});
