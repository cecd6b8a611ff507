import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hostBuiltinNames } from './builtins/call-host-builtin.ts';
import { BUILTINS } from './builtins/declarations/builtin-table.ts';
import { computeNumbers } from './builtins/numbers/numbers.ts';
import { EvaluationError } from './evaluate/evaluation-error.ts';
import { evaluateRego } from './evaluate-query.ts';

// {"alg":"HS256","typ":"JWT"} and {"exp":10,"iss":"me"}, signed with "secret".
const TOKEN = makeToken();

function makeToken(): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ exp: 10, iss: 'me' })}`;
  return `${signed}.${createHmac('sha256', 'secret').update(signed).digest('base64url')}`;
}

function resultOf(expression: string, input: unknown = { token: TOKEN }): unknown {
  const result = evaluateRego({ modules: {}, query: `x := ${expression}`, input });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value[0]?.x;
}

describe('builtins', () => {
  test.each([
    ['0.1 + 0.2', 0.3],
    ['0.1 + 0.2 == 0.3', true],
    ['1 == 1.0', true],
    ['9007199254740993 - 9007199254740992', 1],
    ['10 / 4', 2.5],
    ['7 % -3', 1],
    ['1 / 0', undefined],
    ['1.5 % 1', undefined],
    ['"a" < {}', true],
    ['[null < false, false < 0, 0 < "", "" < [], [] < {}, {} < set()]', Array(6).fill(true)],
    ['count("héllo")', 5],
    ['sum([1, 2.5, 3])', 6.5],
    ['product({2, 3, 4})', 24],
    ['[max([1, 3, 2]), min({"b", "a"})]', [3, 'a']],
    ['max([])', undefined],
    ['sort({[2], "a", 1, null})', [null, 1, 'a', [2]]],
    ['[round(2.5), round(-2.5), ceil(1.1), floor(-1.1), abs(-3)]', [3, -3, 2, -2, 3]],
    ['numbers.range(3, 1)', [3, 2, 1]],
    ['numbers.range_step(0, 10, 4)', [0, 4, 8]],
    ['to_number("1e3")', 1000],
    ['to_number("x")', undefined],
    [
      '[bits.and(6, 3), bits.or(6, 3), bits.xor(6, 3), bits.negate(5), ' +
        'bits.lsh(1, 70), bits.rsh(8, 2)]',
      [2, 7, 5, -6, 2 ** 70, 2],
    ],
    ['[format_int(255, 16), format_int(-3.9, 10)]', ['ff', '-3']],
    ['concat(", ", {"b", "a"})', 'a, b'],
    ['split("a,b,,c", ",")', ['a', 'b', '', 'c']],
    ['split("añ", "")', ['a', 'ñ']],
    ['[contains("abc", "bc"), startswith("abc", "b"), endswith("abc", "bc")]', [true, false, true]],
    ['[lower("ÄB"), upper("äßc")]', ['äb', 'ÄßC']],
    ['[trim("xxaxx", "x"), trim_left("xa", "x"), trim_right("ax", "x")]', ['a', 'a', 'a']],
    [
      '[trim_prefix("abc", "ab"), trim_suffix("abc", "bc"), trim_space(" \\t a ")]',
      ['c', 'a', 'a'],
    ],
    ['replace("aXbX", "X", "")', 'ab'],
    ['strings.replace_n({"<": "&lt;", ">": "&gt;"}, "<a>")', '&lt;a&gt;'],
    ['[indexof("héy", "y"), indexof("a", "b"), indexof_n("abab", "b")]', [2, -1, [1, 3]]],
    ['[substring("héllo", 1, 3), substring("abc", 1, -1)]', ['éll', 'bc']],
    ['substring("abc", -1, 2)', undefined],
    ['strings.any_prefix_match(["ab", "cd"], {"c"})', true],
    ['sprintf("%s is %d of %v", ["a", 3, {"k": [1.5, null]}])', 'a is 3 of {"k": [1.5, null]}'],
    [
      'sprintf("%05d|%-5s|%5.2f|%x|%q|%v|%e", [42, "ab", 3.14159, 255, "q", {1, 2}, 1234.5])',
      '00042|ab   | 3.14|ff|"q"|{1, 2}|1.234500e+03',
    ],
    ['sprintf("%d %s", ["x"])', '%!d(string=x) %!s(MISSING)'],
    ['sprintf("a", [1])', 'a%!(EXTRA int=1)'],
    ['type_name({1})', 'set'],
    [
      '[is_set({1}), is_object({}), is_array([]), is_string(""), is_number(1), ' +
        'is_boolean(false), is_null(null)]',
      Array(7).fill(true),
    ],
    ['object.get({"a": {"b": 1}}, ["a", "b"], 2)', 1],
    ['object.get({"a": 1}, "z", "none")', 'none'],
    ['object.union({"a": {"x": 1}}, {"a": {"y": 2}, "b": 3})', { a: { x: 1, y: 2 }, b: 3 }],
    ['object.union_n([{"a": 1}, {"a": 2}, {"b": 3}])', { a: 2, b: 3 }],
    [
      '[object.remove({"a": 1, "b": 2}, ["a"]), object.filter({"a": 1, "b": 2}, {"a"})]',
      [{ b: 2 }, { a: 1 }],
    ],
    ['object.keys({"b": 1, "a": 2})', ['a', 'b']],
    ['object.subset({"a": {1, 2}, "b": 3}, {"a": {1}})', true],
    ['[union({{1}, {2}}), intersection({{1, 2}, {2, 3}})]', [[1, 2], [2]]],
    [
      '[array.concat([1], [2]), array.slice([1, 2, 3], 1, 5), array.reverse([1, 2])]',
      [
        [1, 2],
        [2, 3],
        [2, 1],
      ],
    ],
    ['json.filter({"a": {"b": 1, "c": 2}}, ["a/b"])', { a: { b: 1 } }],
    ['json.remove({"a": [1, 2, 3]}, ["a/1"])', { a: [1, 3] }],
    [
      'json.patch({"a": [1]}, [{"op": "add", "path": "/a/-", "value": null}, ' +
        '{"op": "test", "path": "a/0", "value": 1}])',
      { a: [1, null] },
    ],
    [
      'json.marshal({"b": [1.50, {"x"}], "a<": 12345678901234567890})',
      '{"a\\u003c":12345678901234567890,"b":[1.50,["x"]]}',
    ],
    ['json.unmarshal("{\\"a\\": [1, 12345678901234567890]}").a[1] == 12345678901234567890', true],
    ['json.unmarshal("{")', undefined],
    [
      'json.marshal_with_options({"a": [1, {}]}, {"indent": "  "})',
      '{\n  "a": [\n    1,\n    {}\n  ]\n}',
    ],
    ['json.marshal_with_options([1], {"pretty": false})', '[1]'],
    ['regex.globs_match("a.a.[0-9]+z", "b.b*")', false],
    ['regex.globs_match("[a-z]+", "[0-9]*")', false],
    ['regex.globs_match(`a\\.b*`, "[a-c].b")', true],
    [
      '[base64.encode("hi?>"), base64url.encode_no_pad("hi?>"), ' +
        'base64.decode("aGk="), hex.encode("A"), hex.decode("41")]',
      ['aGk/Pg==', 'aGk_Pg', 'hi', '41', 'A'],
    ],
    ['[urlquery.encode("a b&ü"), urlquery.decode("a+b%26")]', ['a+b%26%C3%BC', 'a b&']],
    ['urlquery.encode_object({"b": "1", "a": ["x", "y"]})', 'a=x&a=y&b=1'],
    ['regex.match("^a+$", "aaa")', true],
    ['regex.match("(", "a")', undefined],
    ['regex.find_n("a.", "abacad", 2)', ['ab', 'ac']],
    [
      'regex.find_all_string_submatch_n("(a)(b)?", "aba", -1)',
      [
        ['ab', 'a', 'b'],
        ['a', 'a', ''],
      ],
    ],
    ['regex.replace("foo bar", `(\\w+) (\\w+)`, "$2 $1!")', 'bar foo!'],
    ['regex.split(",+", "a,,b")', ['a', 'b']],
    ['regex.template_match("urn:{[a-z]+}:x", "urn:abc:x", "{", "}")', true],
    [
      '[glob.match("*.example.com", [], "api.example.com"), ' +
        'glob.match("*.com", [], "a.b.com"), glob.match("**.com", ["."], ' +
        '"a.b.com"), glob.match("{a,b}[!x]?", null, "byz")]',
      [true, false, true, true],
    ],
    [
      '[net.cidr_contains("10.0.0.0/8", "10.1.2.3"), ' +
        'net.cidr_contains("10.0.0.0/8", "11.0.0.0/9"), ' +
        'net.cidr_intersects("10.0.0.0/8", "10.1.0.0/16"), ' +
        'net.cidr_is_valid("::1/129")]',
      [true, false, true, false],
    ],
    [
      'net.cidr_expand("192.168.0.0/30")',
      ['192.168.0.0', '192.168.0.1', '192.168.0.2', '192.168.0.3'],
    ],
    [
      'net.cidr_merge(["10.0.0.0/25", "10.0.0.128/25", "2001:db8::/32"])',
      ['10.0.0.0/24', '2001:db8::/32'],
    ],
    [
      '[semver.compare("1.2.3", "1.10.0"), semver.compare("1.0.0", ' +
        '"1.0.0-rc.1"), semver.is_valid("1.2")]',
      [-1, 1, false],
    ],
    [
      '[units.parse("10Ki"), units.parse("0.5m"), units.parse_bytes("1.5GiB"), ' +
        'units.parse_bytes("2KB")]',
      [10240, 0.0005, 1610612736, 2000],
    ],
    [
      '[time.date(0), time.clock([3600000000000, "Europe/Paris"]), time.weekday(0)]',
      [[1970, 1, 1], [2, 0, 0], 'Thursday'],
    ],
    ['time.parse_rfc3339_ns("2024-02-29T12:00:00.5+01:00")', 1709204400500000000],
    ['time.format([0, "UTC", "Mon Jan _2 15:04:05 2006"])', 'Thu Jan  1 00:00:00 1970'],
    ['time.add_date(time.parse_rfc3339_ns("2024-01-31T00:00:00Z"), 0, 1, 0)', 1709337600000000000],
    [
      'time.diff(time.parse_rfc3339_ns("2024-03-01T00:00:00Z"), 1704067200000000000)',
      [0, 2, 0, 0, 0, 0],
    ],
    ['time.parse_duration_ns("1h1.5s")', 3601500000000],
    ['crypto.sha256("a")', 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'],
    ['crypto.hmac.md5("a", "k")', 'ddcf3d210049e7135f61affae73731cd'],
    ['graph.reachable({"a": ["b"], "b": ["a"], "c": []}, {"a"})', ['a', 'b']],
    ['io.jwt.decode(input.token)[1].iss', 'me'],
    ['io.jwt.verify_hs256(input.token, "secret")', true],
    ['io.jwt.verify_hs256(input.token, "other")', false],
    ['io.jwt.decode_verify(input.token, {"secret": "secret", "iss": "me", "time": 5})[0]', true],
    ['io.jwt.decode_verify(input.token, {"secret": "secret", "iss": "you", "time": 5})[0]', false],
    ['io.jwt.decode_verify(input.token, {"secret": "secret", "time": 10000000000})[0]', false],
    ['io.jwt.decode_verify(input.token, {"secret": "s", "cert": "c"})', undefined],
    [
      'io.jwt.encode_sign({"alg": "HS256", "typ": "JWT"}, {"exp": 10, "iss": ' +
        '"me"}, {"kty": "oct", "k": "c2VjcmV0"}) == input.token',
      true,
    ],
    ['uuid.parse("00000000-0000-4000-8000-000000000000").version', 4],
  ])('%s', (expression, wanted) => {
    expect(resultOf(expression)).toEqual(wanted);
  });

  test('each builtin of the table has an implementation, and each implementation a row', () => {
    const hosts = [...BUILTINS.values()].filter(({ home }) => home === 'host');
    expect(hosts.map(({ name }) => name).sort()).toEqual([...hostBuiltinNames()].sort());
  });

  test('failures can stop the evaluation instead of being undefined', () => {
    const run = (query: string) => () =>
      evaluateRego({ modules: {}, query, builtinErrors: 'fail', input: { x: 'text' } });
    expect(run('x := 1 / 0')).toThrow(EvaluationError);
    expect(run('x := 1 / 0')).toThrow('div: its operands have no result');
    expect(run('x := input.x + 1')).toThrow('plus: an operand has the wrong type');
    expect(run('x := to_number(input.x)')).toThrow('to_number: a string is not a number');
    expect(run('x := lower(input)')).toThrow('lower: operand 1 is not of type string');
    expect(run('x := max([])')()).toEqual({ ok: true, value: [] });
  });

  test('an expression that would be exponential elsewhere is matched in linear time', () => {
    const started = performance.now();
    expect(resultOf('regex.match("^(a+)+$", input.text)', { text: `${'a'.repeat(5000)}b` })).toBe(
      false,
    );
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

type Answer = {
  readonly a: readonly unknown[];
  readonly b: readonly unknown[];
  readonly x: readonly [readonly unknown[], readonly unknown[], readonly unknown[], number];
};

describe('JSON Schema', () => {
  const schema = '{"type": "object", "required": ["a"], "properties": {"a": {"pattern": "^x+$"}}}';

  test.each([
    [`json.match_schema({"a": "xx"}, ${schema})`, [true, []]],
    [`json.match_schema(\`{"a": "xx"}\`, ${schema})`, [true, []]],
    [
      `json.match_schema({}, ${schema})`,
      [
        false,
        [
          {
            desc: 'a is required',
            error: '(root): a is required',
            field: '(root)',
            type: 'required',
          },
        ],
      ],
    ],
    [`json.match_schema({"a": "y"}, ${schema})[1][0].field`, 'a'],
    [`json.match_schema("{", ${schema})`, undefined],
    ['json.verify_schema({"type": ["string", "null"]})', [true, null]],
    ['json.verify_schema("{")[0]', false],
    ['json.verify_schema({"properties": 1})[0]', false],
    ['json.verify_schema({"pattern": "("})[0]', false],
    ['json.verify_schema({"$schema": "http://json-schema.org/draft-04/schema#"})', [true, null]],
  ])('%s', (expression, value) => {
    expect(resultOf(expression)).toEqual(value);
  });

  // The expected texts: what OPA 1 answers.
  test.each([
    ['{"type": "string"}', '1', 'invalid_type', 'Invalid type. Expected: string, given: integer'],
    [
      '{"type": ["string", "null"]}',
      '1.5',
      'invalid_type',
      'Invalid type. Expected: [string,null], given: number',
    ],
    ['{"type": "object"}', 'null', 'invalid_type', 'Invalid type. Expected: object, given: null'],
    ['{"type": "object"}', '[]', 'invalid_type', 'Invalid type. Expected: object, given: array'],
    ['{"enum": ["a", 1]}', '"b"', 'enum', '(root) must be one of the following: "a", 1'],
    ['{"const": {"a": 1}}', '2', 'const', '(root) does not match: {"a":1}'],
    [
      '{"additionalProperties": false}',
      '{"x": 1}',
      'additional_property_not_allowed',
      'Additional property x is not allowed',
    ],
    ['{"dependencies": {"a": ["b"]}}', '{"a": 1}', 'missing_dependency', 'Has a dependency on b'],
    ['{"minimum": 2}', '1', 'number_gte', 'Must be greater than or equal to 2'],
    ['{"maximum": 0.5}', '1', 'number_lte', 'Must be less than or equal to 0.5'],
    ['{"exclusiveMinimum": 1}', '1', 'number_gt', 'Must be greater than 1'],
    ['{"exclusiveMaximum": 1}', '1', 'number_lt', 'Must be less than 1'],
    ['{"multipleOf": 2}', '3', 'multiple_of', 'Must be a multiple of 2'],
    ['{"minLength": 2}', '"a"', 'string_gte', 'String length must be greater than or equal to 2'],
    ['{"maxLength": 0}', '"a"', 'string_lte', 'String length must be less than or equal to 0'],
    ['{"pattern": "^x"}', '"a"', 'pattern', "Does not match pattern '^x'"],
    ['{"minItems": 1}', '[]', 'array_min_items', 'Array must have at least 1 items'],
    ['{"maxItems": 0}', '[1]', 'array_max_items', 'Array must have at most 0 items'],
    ['{"uniqueItems": true}', '[1, 2, 1]', 'unique', 'array items[0,2] must be unique'],
    ['{"contains": {"const": 1}}', '[2]', 'contains', 'At least one of the items must match'],
    ['{"minProperties": 1}', '{}', 'array_min_properties', 'Must have at least 1 properties'],
    ['{"not": {}}', '1', 'number_not', 'Must not validate the schema (not)'],
    [
      '{"if": true, "then": false}',
      '1',
      'condition_then',
      'Must validate "then" as "if" was valid',
    ],
  ])('schema %s does not match %s: %s', (schemaText, text, type, desc) => {
    const call = `json.match_schema(input.text, ${JSON.stringify(schemaText)})[1]`;
    const errors = resultOf(call, { text });
    expect(errors).toContainEqual({ desc, error: `(root): ${desc}`, field: '(root)', type });
  });

  test.each<[string, unknown, string, readonly string[]]>([
    [
      'the alternative of its type',
      1,
      '{"anyOf": [{"type": "object", "required": ["a"]}, {"type": "number", "minimum": 5}]}',
      ['number_any_of (root)', 'number_gte (root)'],
    ],
    [
      'the alternative with more of its members, at their places',
      { kind: 'b', size: 'x', more: 1 },
      `{"oneOf": [
        {"properties": {"kind": {"const": "a"}, "size": {"type": "number"}}, "required": ["kind"]},
        {"$ref": "#/definitions/b"}
      ], "definitions": {"b": {
        "type": "object", "required": ["kind", "size"],
        "properties": {"kind": {"const": "b"}, "size": {"type": "number"}}
      }}}`,
      ['number_one_of (root)', 'invalid_type size'],
    ],
    [
      'the first of two that fit alike',
      'x',
      '{"anyOf": [{"type": "number"}, {"type": "boolean"}]}',
      ['number_any_of (root)', 'invalid_type (root)'],
    ],
    [
      'no alternative where two fit',
      1,
      '{"oneOf": [{"type": "number"}, {"minimum": 0}]}',
      ['number_one_of (root)'],
    ],
    [
      'alternatives inside of alternatives, and other mistakes',
      { a: [1, 'x'], c: 1 },
      `{"properties": {"a": {"items": {"anyOf": [{"type": "number"}, {"const": "y"}]}}},
        "additionalProperties": false}`,
      ['additional_property_not_allowed (root)', 'number_any_of a.1', 'const a.1'],
    ],
  ])('names of alternatives %s', (_what, value, schemaText, wanted) => {
    const call = `json.match_schema(input.text, ${JSON.stringify(schemaText)})[1]`;
    const errors = resultOf(call, { text: JSON.stringify(value) });
    const list = Array.isArray(errors) ? errors : [];
    expect(list.map(({ type, field }) => `${type} ${field}`)).toEqual(wanted);
  });

  test('has patterns that take linear time', () => {
    const evil = '{"pattern": "^(a+)+$"}';
    expect(resultOf(`json.match_schema(input.text, ${evil})[0]`, { text: '1' })).toBe(true);
    const text = JSON.stringify(`${'a'.repeat(5000)}!`);
    expect(resultOf(`json.match_schema(input.text, ${evil})[0]`, { text })).toBe(false);
  });
});

describe('what follows from the time of a decision', () => {
  const at = (query: string, nowNs: bigint) => {
    const result = evaluateRego({ modules: {}, query: `x := ${query}`, nowNs: () => nowNs });
    return result.ok ? result.value[0]?.x : result.error;
  };

  test('is the same for the same name, and another for another one', () => {
    const names = '[uuid.rfc4122("a"), uuid.rfc4122("a"), uuid.rfc4122("b")]';
    const [one, again, other] = at(names, 1n) as string[];
    expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(again).toBe(one);
    expect(other).not.toBe(one);
    expect(at(names, 1n)).toEqual([one, again, other]);
    expect(at(names, 2n)).not.toEqual([one, again, other]);
  });

  test('is a number below its limit', () => {
    const numbers = at('[rand.intn(sprintf("%d", [i]), 3) | some i in numbers.range(1, 60)]', 5n);
    expect(new Set(numbers as number[])).toEqual(new Set([0, 1, 2]));
    expect(at('[rand.intn("a", 0), rand.intn("a", -1)]', 5n)).toEqual([0, 0]);
  });
});

test('print and trace write nowhere and hold', () => {
  const modules = {
    'a.rego': 'package a\n\np if {\n\tprint("x", input.missing)\n\ttrace("y")\n}\n',
  };
  expect(evaluateRego({ modules, query: 'x := data.a.p' })).toEqual({
    ok: true,
    value: [{ x: true }],
  });
});

describe('numbers and sets', () => {
  const integer = fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n });
  test('integers are computed exactly', () => {
    fc.assert(
      fc.property(integer, integer, (a, b) => {
        expect(computeNumbers('+', String(a), String(b))).toBe(String(a + b));
        expect(computeNumbers('-', String(a), String(b))).toBe(String(a - b));
      }),
    );
  });

  /** Whether a decimal text is this fraction, but for what 64 bits cannot say (as in OPA). */
  function isWithinPrecision(text: string, numerator: bigint, denominator: bigint): boolean {
    const [, sign, whole = '', part = '', exponent = '0'] =
      /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(text) ?? [];
    const digits = BigInt(`${whole}${part}`) * (sign === '-' ? -1n : 1n);
    const shift = Number(exponent) - part.length;
    const top = digits * 10n ** BigInt(Math.max(0, shift));
    const bottom = 10n ** BigInt(Math.max(0, -shift));
    const error = top * denominator - numerator * bottom;
    const size = numerator * bottom;
    const abs = (value: bigint) => (value < 0n ? -value : value);
    // Each operand and the result are rounded once.
    return abs(error) * 2n ** 62n <= abs(size);
  }

  test('decimals of moderate size add and multiply as on paper', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -99999, max: 99999 }),
        fc.integer({ min: 1, max: 9999 }),
        (a, b) => {
          const [x, y] = [a / 100, b / 1000];
          const product = computeNumbers('*', String(x), String(y));
          expect(isWithinPrecision(product, BigInt(a * b), 100_000n)).toBe(true);
          // Nothing is left where both are almost each other's opposite.
          const sum = computeNumbers('+', String(x), String(y));
          expect(Number(sum)).toBeCloseTo((a * 10 + b) / 1000, 12);
        },
      ),
    );
  });

  test('set operators keep the laws of sets, whatever the members', () => {
    const query =
      'a := {v | v := input.a[_]}; b := {v | v := input.b[_]}; x := [a | b, a ' +
      '& b, a - b, sum(input.n)]';
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 6 }),
        fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 6 }),
        fc.array(fc.integer()),
        (a, b, n) => {
          const result = evaluateRego({ modules: {}, query, input: { a, b, n } });
          const answer: Partial<Answer> = result.ok ? (result.value[0] ?? {}) : {};
          const { a: left = [], b: right = [], x = [[], [], [], 0] } = answer;
          const [all, both, only, total] = x;
          const texts = (list: readonly unknown[]) =>
            new Set(list.map((each) => JSON.stringify(each)));
          expect(both.length + only.length).toBe(left.length);
          expect(all.length).toBe(only.length + right.length);
          expect(texts(all).size).toBe(all.length);
          expect(total).toBe(n.reduce((sum, each) => sum + each, 0));
        },
      ),
    );
  });
});
