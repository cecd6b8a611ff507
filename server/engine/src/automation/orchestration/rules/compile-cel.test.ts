import { describe, expect, test } from '@jest/globals';
import type { OrchestratedResource } from '@novacron/contract/kinds/orchestration-policy/document';
import { compileCel } from './compile-cel.ts';

const WEB: OrchestratedResource = {
  type: 'vm',
  name: 'web-01',
  namespace: 'production',
  labels: { tier: 'web', long: 'a'.repeat(200) },
  metrics: { cpu_usage: 0.9 },
};

function evaluate(expression: string) {
  const compiled = compileCel(expression);
  return compiled.ok ? compiled.value(WEB) : compiled;
}

describe('an expression', () => {
  test.each([
    ['labels.tier == "web" && metrics.cpu_usage > 0.8', true],
    ['resource.name.startsWith("db") || resource.namespace == "test"', false],
    ['tags.exists(tag, tag == "tier")', true],
    ['"spare" in labels', false],
    ['labels.tier.matches("^w.b$")', true],
    ['(labels.tier + "!").matches("[!]$") && !("matches" == labels.tier)', true],
    ['[1, 2].all(a, [3, 4].exists(b, a < b))', true],
  ])('%s is %s', (expression, value) => {
    expect(evaluate(expression)).toEqual({ ok: true, value });
  });

  test.each([
    ['metrics.missing > 1.0', 'No such key: missing (column 9)'],
    ['lables.tier == "web"', 'Unknown variable: lables (column 1); did you mean labels?'],
    ['labels.tier == 1', 'no such overload: string == int (column 1)'],
    ['labels.tier.matches("(")', expect.stringContaining('missing closing )')],
    [
      `labels.tier.matches("${'a'.repeat(257)}")`,
      'A pattern of matches has more than 256 characters (column 21)',
    ],
    [
      '[1].all(a, [1].all(b, [1].all(c, a == b)))',
      'nests all, exists, exists_one, map, filter, bind deeper than 2 levels (column 23)',
    ],
    [`${'('.repeat(40)}true${')'.repeat(40)}`, expect.stringMatching(/maxDepth|depth/)],
    [Array.from({ length: 400 }, () => 'true').join('&&'), expect.stringMatching(/[Nn]ode/)],
    [`1 in [${Array.from({ length: 65 }, () => '1').join(',')}]`, expect.stringMatching(/[Ll]ist/)],
    [
      'labels.tier // matches\n.matches("a")',
      'matches is written as text.matches(pattern), without a comment within',
    ],
  ])('%s is refused or unknown', (expression, error) => {
    expect(evaluate(expression)).toEqual({ ok: false, error });
  });

  test('matches in linear time what would take a backtracking search for ever', () => {
    expect(evaluate('labels.long.matches("^(a+)+b$")')).toEqual({ ok: true, value: false });
  });

  const LONGEST = `[${Array.from({ length: 64 }, () => '1').join(', ')}]`;

  test.each([
    [
      'bind upon bind, each list twice the one before',
      'cel.bind(a, tags + tags, cel.bind(b, a + a, cel.bind(c, b + b, true)))',
      'nests all, exists, exists_one, map, filter, bind deeper than 2 levels (column 45)',
    ],
    [
      'list added to list',
      `${Array.from({ length: 9 }, () => LONGEST).join(' + ')} != []`,
      expect.stringMatching(/^Exceeded maxAstNodes \(500\) \(column \d+\)$/),
    ],
    [
      'a map of many entries',
      `{${Array.from({ length: 65 }, (_, at) => `"k${at}": 1`).join(', ')}} != {}`,
      expect.stringMatching(/^Exceeded maxMapEntries \(64\) \(column \d+\)$/),
    ],
    [
      'parentheses within parentheses',
      `${'('.repeat(10_000)}true${')'.repeat(10_000)}`,
      'Exceeded maxDepth (24) (column 25)',
    ],
    [
      'a pattern that repeats repetitions',
      'labels.tier.matches("((a{1,100}){1,100}){1,100}")',
      'error parsing regexp: invalid repeat count: `{1,100}` (column 21)',
    ],
  ])('that would never end is refused with its place: %s', (_, expression, error) => {
    expect(compileCel(expression)).toEqual({ ok: false, error });
  });

  test('that is the longest work still let through ends by itself', () => {
    const pairs = `${LONGEST}.exists(a, ${LONGEST}.exists(b, a + b == 0))`;
    expect(evaluate(pairs)).toEqual({ ok: true, value: false });
    const patterns = `${LONGEST}.exists(a, labels.long.matches("^(a|a|aa)+(a*)*b$"))`;
    expect(evaluate(patterns)).toEqual({ ok: true, value: false });
  });
});
