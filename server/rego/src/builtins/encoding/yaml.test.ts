import { describe, expect, test } from '@jest/globals';
import { evaluateRego } from '../../evaluate-query.ts';

function evaluate(expression: string, input: unknown = {}): unknown {
  const result = evaluateRego({
    modules: {},
    query: `x := ${expression}`,
    input,
    builtinErrors: 'fail',
  });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value[0]?.x;
}

describe('yaml', () => {
  test('text is read with the booleans of YAML 1.1, merged keys and exact integers', () => {
    const text = 'a: &a {on: yes, big: 12345678901234567890}\nb:\n  <<: *a\n  t: 2001-01-01\n';
    const same = 'yaml.unmarshal(input).b.big == 12345678901234567890';
    expect(evaluate(same, text)).toBe(true);
    expect(evaluate('yaml.unmarshal(input).b', text)).toMatchObject({
      true: true,
      t: '2001-01-01',
    });
    expect(evaluate('yaml.unmarshal("")')).toBe(null);
    // Go's reader takes the last of two values.
    expect(evaluate('yaml.unmarshal(input)', 'a: 1\na: 2\n')).toEqual({ a: 2 });
  });

  test('values are written in the order of their keys, and read back the same', () => {
    const value = '{"b": [1, {2}], "a": {"yes": "no", "x": 1.5, "t": "a\\nb", "n": null}}';
    expect(evaluate(`yaml.marshal(${value})`)).toContain('b:\n- 1\n- - 2\n');
    const back = `yaml.unmarshal(yaml.marshal(${value}))`;
    expect(evaluate(back)).toEqual({
      b: [1, [2]],
      a: { yes: 'no', x: 1.5, t: 'a\nb', n: null },
    });
  });

  test('text that is not YAML is not valid, and fails when it is parsed', () => {
    expect(evaluate('[yaml.is_valid("a: ["), yaml.is_valid(1), yaml.is_valid("a: 1")]')).toEqual([
      false,
      false,
      true,
    ]);
    expect(() => evaluate('yaml.unmarshal("[1,2,3")')).toThrow(/yaml: Flow sequence .* line 1/);
    expect(() => evaluate('yaml.unmarshal(".inf")')).toThrow('yaml: Infinity is not a JSON number');
  });

  test('aliases cannot multiply a text without end', () => {
    const rows = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let at = 1; at < 9; at += 1) {
      rows.push(
        `a${at}: &a${at} [${Array(10)
          .fill(`*a${at - 1}`)
          .join(', ')}]`,
      );
    }
    expect(() => evaluate('yaml.unmarshal(input)', rows.join('\n'))).toThrow(/alias/i);
  });
});
