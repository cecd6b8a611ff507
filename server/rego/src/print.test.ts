import { describe, expect, test } from '@jest/globals';
import { compileRego } from './compile-rego.ts';
import { evaluateRego } from './evaluate-query.ts';
import { loadPolicy } from './evaluate-rego.ts';
import { testRego } from './test-rego.ts';

function printed(body: string, input: unknown = {}): readonly string[] {
  const lines: string[] = [];
  const answer = evaluateRego({
    modules: { 'p.rego': `package p\n\nf(x) := x + 1\n\nallow if {\n${body}\n}\n` },
    query: 'data.p.allow',
    input,
    onPrint: ({ file, row, text }) => lines.push(`${file}:${row}: ${text}`),
  });
  if (!answer.ok) throw new Error(answer.error.map(({ message }) => message).join('\n'));
  return lines;
}

describe('print', () => {
  test.each([
    [
      'values, strings without quotes',
      'print("a", 1, ["b", {"c": null}])',
      ['a 1 ["b", {"c": null}]'],
    ],
    ['operands without a value', 'print("x:", input.missing, "!")', ['x: <undefined> !']],
    ['variables that are bound later', 'print(x)\nx = f(2)', ['3']],
    ['all values of an operand', 'print("v", {1, 2}[_])', ['v 1', 'v 2']],
    ['until the rule holds', 'some x in [1, 2]\nprint("x", x)', ['x 1']],
    ['nothing but a line', 'print()', ['']],
    ['what "with" says', 'print(input.a) with input as {"a": 7}', ['7']],
    ['inside comprehensions', 'count([x | some x in [1]; print("in", x)]) == 1', ['in 1']],
    ['inside every', 'every x in [1, 2] { print(x); x > 0 }', ['1', '2']],
    ['nothing of what is not reached', 'false\nprint("no")', []],
  ])('writes %s', (_what, body, texts) => {
    expect(printed(body).map((line) => line.replace(/^p\.rego:\d+: /, ''))).toEqual(texts);
  });

  test('says where it stands', () => {
    expect(printed('input.a == 1\nprint(input)', { a: 1 })).toEqual(['p.rego:7: {"a": 1}']);
  });

  test('counts the rows of a query from its own first line', () => {
    const lines: unknown[] = [];
    const query = 'x := 1\nprint("x is", x)';
    evaluateRego({ modules: {}, query, onPrint: (line) => lines.push(line) });
    expect(lines).toEqual([{ file: 'query', row: 2, text: 'x is 1' }]);
  });

  test('is left out unless it is kept, with all its operands', () => {
    const modules = { 'p.rego': 'package p\n\nallow if {\n\tprint(nothing, input.a)\n\ttrue\n}\n' };
    const dropped = compileRego({ modules, entrypoints: ['p/allow'] });
    if (!dropped.ok) throw new Error(dropped.error[0]?.message);
    expect(dropped.value.inputReferences).toEqual([]);
    const lines: unknown[] = [];
    const policy = loadPolicy(dropped.value.wasm, { onPrint: (line) => lines.push(line) });
    expect([policy.evaluate({}), lines]).toEqual([[true], []]);
    const kept = compileRego({ modules, entrypoints: ['p/allow'], prints: 'kept' });
    expect(kept).toMatchObject({ ok: false, error: [{ code: 'unsafe-variable', row: 4 }] });
  });

  test('a rule that the package defines is called instead', () => {
    const modules = { 'p.rego': 'package p\n\nprint(x) := x\n\nallow if print(false)\n' };
    const answer = evaluateRego({ modules, query: 'data.p.allow', onPrint: () => {} });
    expect(answer).toEqual({ ok: true, value: [] });
  });

  test('is said of the test that it is in', () => {
    const text = `package p_test

test_a if print("a")

test_b if {
	print("b", input.x) with input as {"x": 1}
	false
}

test_c if true
`;
    const report = testRego({ modules: { 'p_test.rego': text } });
    if (!report.ok) throw new Error(report.error[0]?.message);
    expect(report.value.tests.map(({ name, prints }) => [name, prints])).toEqual([
      ['data.p_test.test_a', [{ file: 'p_test.rego', row: 3, text: 'a' }]],
      ['data.p_test.test_b', [{ file: 'p_test.rego', row: 6, text: 'b 1' }]],
      ['data.p_test.test_c', []],
    ]);
  });
});
