import { describe, expect, test } from '@jest/globals';
import { parseJsonLossless } from '../../cty/ctyjson.ts';
import { decodeMsgpack } from '../../cty/decode-msgpack.ts';
import { encodeMsgpack } from '../../cty/encode-msgpack.ts';
import { UNKNOWN } from '../../cty/unknown.ts';
import type { Value, ValueRecord } from '../../cty/value.ts';
import { float, list, map, nested, string } from '../schema/attributes.ts';
import { resourceSchema } from '../schema/schema.ts';
import { each } from '../schema/validators.ts';
import { validateConfig } from './validate-config.ts';

const short = (text: string) => (text.length > 3 ? 'is too long' : undefined);

interface Rule {
  readonly port: string | null;
  readonly host: string | null;
}

const { attributes, type } = resourceSchema({
  description: 'For tests.',
  attributes: {
    names: list({
      element: string,
      optional: true,
      description: 'Names.',
      validators: [
        each(short),
        (names) => (names.length < 2 ? [{ at: [], message: 'must be two or more' }] : undefined),
      ],
    }),
    rules: nested({
      nesting: 'list',
      optional: true,
      description: 'Rules.',
      attributes: {
        port: string({ optional: true, description: 'Port.' }),
        host: string({ optional: true, description: 'Host.' }),
      },
      validators: [
        each((rule: Rule) => (rule.host === null ? 'must name a host' : undefined)) as never,
      ],
    }),
    labels: map({ element: string, optional: true, description: 'Labels.' }),
    ratio: float({ optional: true, description: 'Ratio.' }),
  },
});

const NOTHING = { names: null, rules: null, labels: null, ratio: null };

/** Validates as Terraform asks it: with what comes over the wire. */
function issuesOf(config: Readonly<Record<string, Value>>): readonly string[] {
  const wire = encodeMsgpack(type, { ...NOTHING, ...config });
  const found = decodeMsgpack(type, wire) as ValueRecord;
  const { all } = validateConfig(attributes, found, { writeOnlyAllowed: true });
  return all.map(({ summary, detail }) => `${summary}: ${detail}`);
}

describe('what is known beside something unknown', () => {
  test('has its mistakes reported already, at its own place', () => {
    expect(issuesOf({ names: [UNKNOWN, 'ok', 'is long', UNKNOWN, 'longer'] })).toEqual([
      'Invalid value of names[2]: names[2] is too long.',
      'Invalid value of names[4]: names[4] is too long.',
    ]);
    const rules = [
      { port: UNKNOWN, host: null },
      { port: '1', host: null },
    ];
    expect(issuesOf({ rules })).toEqual(['Invalid value of rules[1]: rules[1] must name a host.']);
  });

  test('is not judged as if it were all', () => {
    expect(issuesOf({ names: ['a', UNKNOWN] })).toEqual([]);
    expect(issuesOf({ names: [UNKNOWN] })).toEqual([]);
    expect(issuesOf({ names: ['a'] })).toEqual([
      'Invalid value of names: names must be two or more.',
    ]);
  });
});

test('of a list that is wrong throughout ten mistakes are reported, and the rest counted', () => {
  const reported = issuesOf({ names: Array.from({ length: 500 }, () => 'too long') });
  expect(reported).toHaveLength(11);
  expect(reported[9]).toBe('Invalid value of names[9]: names[9] is too long.');
  expect(reported[10]).toBe(
    'Too many invalid values of names: Only the first 10 are listed. Correct them to see the ' +
      'others.',
  );
});

test('a key that names the prototype of objects is refused where it is', () => {
  const words = 'is a reserved name: choose another one for the entry.';
  const labels = JSON.parse('{"a":"b","__proto__":"c"}');
  const reported = [`Invalid value of labels["__proto__"]: labels["__proto__"] ${words}`];
  expect(issuesOf({ labels })).toEqual(reported);
  expect(issuesOf({ labels, names: [UNKNOWN] })).toEqual(reported);
});

test('a number that nothing holds is too large, and one with many digits too exact', () => {
  const ratio = (text: string) => issuesOf({ ratio: parseJsonLossless(text) });
  expect(ratio('1e400')).toEqual(['Invalid value of ratio: ratio is too large a number.']);
  expect(ratio('0.1000000000000000055')).toEqual([expect.stringContaining('floor()')]);
});
