// Operands beyond a limit. OPA, which has no such limits, has a result there; a rule that were
// silent instead could be passed by with large operands.
import { describe, expect, test } from '@jest/globals';
import { evaluateRego } from '../evaluate-query.ts';

function denials(expression: string, input: unknown): unknown {
  const text = `package p\n\ndeny contains "refused" if ${expression}\n`;
  const result = evaluateRego({ modules: { 'p.rego': text }, query: 'x := data.p.deny', input });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value[0]?.x;
}

const DEEP = `${'['.repeat(1_100)}${']'.repeat(1_100)}`;
const LAUGHS = [
  'a: &a [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]',
  'b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]',
  'c: [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]',
].join('\n');
const WAYS = { from: Array(100_001).fill('to'), to: [] };

describe('operands beyond a limit stop the evaluation', () => {
  test.each([
    ['net.cidr_expand(input)["10.0.0.1"]', '10.0.0.0/8', 'more than 65536 addresses'],
    ['5 in numbers.range(0, input)', 2_000_000, 'a range has more than 1000000 numbers'],
    ['bits.lsh(1, input) > 0', 200_000, 'a shift is more than 100000 bits'],
    ['regex.match(input, "a")', 'a'.repeat(10_001), 'longer than 10000 characters'],
    ['regex.is_valid(input)', 'a'.repeat(10_001), 'longer than 10000 characters'],
    ['regex.globs_match(input, "a*")', 'a'.repeat(1_001), 'a pattern has more than 1000 steps'],
    ['json.unmarshal(input) != 1', DEEP, 'nests deeper than 1000 levels'],
    ['yaml.unmarshal(input).a', LAUGHS, 'yaml: Excessive alias count'],
    ['not yaml.is_valid(input)', LAUGHS, 'yaml: Excessive alias count'],
    ['units.parse(input) > 5', '1e2000', 'an amount is out of all proportion'],
    ['sprintf(input, [1]) != ""', '%20000d', 'a width is above 10000'],
    ['json.match_schema({}, input)[0]', { title: 'a'.repeat(300_000) }, 'the schema is too long'],
    ['json.verify_schema(input)[0]', { title: 'a'.repeat(300_000) }, 'the schema is too long'],
    ['graphql.parse_query(input)', `{${'a '.repeat(100_001)}}`, 'more than 100000 words'],
    ['graph.reachable_paths(input, ["from"])', WAYS, 'the graph has more than 100000 paths'],
  ])('in %s', (expression, input, message) => {
    expect(() => denials(expression, input)).toThrow(message);
  });

  test('in arithmetic, while numbers are compared whatever their size', () => {
    expect(denials('json.unmarshal(input) > 64', '1e6000')).toEqual(['refused']);
    expect(() => denials('json.unmarshal(input) * 2 > 64', '1e6000')).toThrow('is too large');
  });
});

test('operands that are wrong have no result, as in OPA', () => {
  expect(denials('net.cidr_expand(input)[_]', 'nowhere')).toEqual([]);
  expect(denials('yaml.unmarshal(input).a', 'a: *missing')).toEqual([]);
  expect(denials('graphql.parse_query(input)', '{')).toEqual([]);
});
