import { describe, expect, test } from '@jest/globals';
import { Decoder, Encoder } from '@msgpack/msgpack';
import fc from 'fast-check';
import { BigNumber, parseDecimal } from './big-number.ts';
import { castValue } from './cast-value.ts';
import { CtyError } from './cty-error.ts';
import type { CtyType } from './cty-type.ts';
import { decodeCtyJson, encodeCtyJson, parseJsonLossless } from './ctyjson.ts';
import { decodeMsgpack } from './decode-msgpack.ts';
import { encodeMsgpack } from './encode-msgpack.ts';
import { equalValues } from './equal-values.ts';
import { formatPath } from './path.ts';
import { isUnknown, UNKNOWN, unknownWith } from './unknown.ts';
import { Dynamic, type Value } from './value.ts';

/** Around the limits of what each head of MessagePack can say. */
const LENGTHS = [0, 15, 16, 31, 32, 255, 256, 65_535, 65_536];
const NUMBERS = [0, 127, 128, 255, 256, 65_535, 65_536, 2 ** 40, -1, -32, -129, -(2 ** 40)];

const textOf = (length: number) => 'ä'.repeat(length / 2) + 'x'.repeat(length % 2);
const flags = (length: number) => Array.from({ length }, (_, index) => index % 2 === 0);
const numbered = (length: number) => Array.from({ length }, (_, index) => [`n${index}`, index]);

const NAMES = ['name', 'size_gb', 'labels', 'constructor'];

const { type: anyType } = fc.letrec<{ type: CtyType }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<CtyType>('string', 'number', 'bool'),
    fc.tuple(fc.constantFrom('list', 'set', 'map'), tie('type')) as fc.Arbitrary<CtyType>,
    fc
      .uniqueArray(fc.constantFrom(...NAMES), { maxLength: 3 })
      .chain((names) => fc.tuple(...names.map((name) => fc.tuple(fc.constant(name), tie('type')))))
      .map((fields): CtyType => ['object', Object.fromEntries(fields as [string, CtyType][])]),
  ),
}));

const anyNumber = fc.oneof(
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true, noInteger: true }),
  fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }).map((n) => parseDecimal(n.toString()) ?? 0),
);

/** Values of a type; with `unknown` some parts are unknown. */
function anyValue(type: CtyType, leaves: { readonly unknown: boolean }): fc.Arbitrary<Value> {
  const special = leaves.unknown ? [fc.constant<Value>(UNKNOWN)] : [];
  return fc.oneof({ arbitrary: known(type, leaves), weight: 6 }, fc.constant(null), ...special);
}

function known(type: CtyType, leaves: { readonly unknown: boolean }): fc.Arbitrary<Value> {
  if (type === 'string') return fc.string({ unit: 'grapheme' }).map((text) => text.normalize());
  if (type === 'bool') return fc.boolean();
  if (type === 'number') return anyNumber;
  if (type === 'dynamic') return fc.constant(null);
  if (type[0] === 'object') {
    const fields = Object.entries(type[1]).map(
      ([name, field]) => [name, anyValue(field, leaves)] as const,
    );
    return fc.record(Object.fromEntries(fields));
  }
  if (type[0] === 'tuple') return fc.constant(null);
  const element = anyValue(type[1], leaves);
  if (type[0] !== 'map') return fc.array(element, { maxLength: 3 });
  const key = fc.oneof(fc.string({ maxLength: 4 }), fc.constant('__proto__'));
  return fc.dictionary(key, element, { maxKeys: 3, noNullPrototype: true });
}

const typedValue = (leaves: { readonly unknown: boolean }) =>
  anyType.chain((type) => fc.tuple(fc.constant(type), anyValue(type, leaves)));

describe('codecs', () => {
  test('property: MessagePack gives back every value, unknown ones too', () => {
    fc.assert(
      fc.property(typedValue({ unknown: true }), ([type, value]) => {
        const back = decodeMsgpack(type, encodeMsgpack(type, value));
        expect(equalValues(type, back, value)).toBe(true);
      }),
    );
  });

  test('property: JSON of states gives back every value with all digits', () => {
    fc.assert(
      fc.property(typedValue({ unknown: false }), ([type, value]) => {
        const json = parseJsonLossless(encodeCtyJson(type, value));
        expect(equalValues(type, decodeCtyJson(type, json), value)).toBe(true);
      }),
    );
  });

  test('property: any bytes are a value that fits the type or a CtyError', () => {
    fc.assert(
      fc.property(anyType, fc.uint8Array({ maxLength: 40 }), (type, bytes) => {
        const value = orCtyError(() => decodeMsgpack(type, bytes));
        if (value instanceof CtyError) return;
        expect(castValue(type, value).mismatches).toEqual([]);
      }),
    );
  });

  test('property: any JSON is a value that fits the type or a CtyError', () => {
    const text = fc.oneof(fc.json(), fc.string());
    fc.assert(
      fc.property(anyType, text, (type, json) => {
        const value = orCtyError(() => decodeCtyJson(type, parseJsonLossless(json)));
        if (value instanceof CtyError) return;
        expect(castValue(type, value).mismatches).toEqual([]);
      }),
    );
  });

  test('refinements of unknown values travel both ways, as far as the type allows', () => {
    const refined = unknownWith({
      stringPrefix: 'vm_',
      numberMin: { text: '0.5', inclusive: true },
      numberMax: { text: '9007199254740993', inclusive: false },
      lengthMin: 1,
      lengthMax: 2,
    });
    const pass = (type: CtyType) => {
      const value = decodeMsgpack(type, encodeMsgpack(type, refined));
      return isUnknown(value) ? value.refinements : value;
    };
    expect(pass('string')).toEqual({ nullness: 'not-null', stringPrefix: 'vm_' });
    expect(pass('number')).toEqual({
      nullness: 'not-null',
      numberMin: { text: '0.5', inclusive: true },
      numberMax: { text: '9007199254740993', inclusive: false },
    });
    expect(pass(['list', 'string'])).toEqual({ nullness: 'not-null', lengthMin: 1, lengthMax: 2 });
    expect(pass('dynamic')).toEqual({});
  });

  test.each([
    { what: 'a 64-bit integer', wire: 2n ** 62n, text: '4611686018427387904' },
    { what: 'a decimal text', wire: '0.1', text: '0.1' },
    { what: 'a double that is its shortest decimal', wire: 0.5, text: '0.5' },
    { what: 'a double that is not', wire: 0.1, text: /^1000000000000000055511151231257827.*e-55$/ },
  ])('numbers keep their exact value: $what', ({ wire, text }) => {
    const bytes = new Encoder({ useBigInt64: true }).encode(wire);
    expect(String(decodeMsgpack('number', bytes))).toMatch(text);
  });

  test.each<{ what: string; type: CtyType; value: Value }>([
    { what: 'texts of every length', type: ['list', 'string'], value: LENGTHS.map(textOf) },
    { what: 'lists of every length', type: ['list', ['list', 'bool']], value: LENGTHS.map(flags) },
    { what: 'a map of many', type: ['map', 'number'], value: Object.fromEntries(numbered(300)) },
    { what: 'numbers of every size', type: ['list', 'number'], value: NUMBERS },
  ])('the library reads $what as they were written', ({ type, value }) => {
    const bytes = encodeMsgpack(type, value);
    const read = [new Decoder().decode(bytes), decodeMsgpack(type, bytes)];
    // As texts: these are long.
    expect(JSON.stringify(read)).toBe(JSON.stringify([value, value]));
  });

  test('an object is read in whatever order its names are, with the names of its type', () => {
    const type: CtyType = ['object', { size: 'number', name: 'string' }];
    const encoder = new Encoder();
    const sorted = encoder.encode({ name: 'a', size: 300 });
    const other = encoder.encode({ size: 300, more: true, name: 'a' });
    for (const bytes of [sorted, other]) {
      expect(Object.entries(decodeMsgpack(type, bytes) ?? {})).toEqual([
        ['size', 300],
        ['name', 'a'],
      ]);
    }
    const error = orCtyError(() => decodeMsgpack(type, encoder.encode({ name: 'a' })));
    expect(String(error)).toContain('"size" is missing');
  });

  test('a dynamic value brings its type in both forms', () => {
    const value = new Dynamic(['list', 'number'], [1, new BigNumber('9007199254740993')]);
    const back = decodeMsgpack('dynamic', encodeMsgpack('dynamic', value));
    expect(equalValues('dynamic', back, value)).toBe(true);
    const json = encodeCtyJson('dynamic', value);
    expect(json).toBe('{"type":["list","number"],"value":[1,9007199254740993]}');
    const restored = decodeCtyJson('dynamic', parseJsonLossless(json));
    expect(equalValues('dynamic', restored, value)).toBe(true);
  });

  test('stored objects may have lost and gained attributes since', () => {
    const type: CtyType = ['object', { name: 'string', size: 'number' }];
    expect(decodeCtyJson(type, { name: 'a', gone: true })).toEqual({ name: 'a', size: null });
  });

  test('the first misfit is named with its path', () => {
    const type: CtyType = ['object', { disks: ['list', ['object', { size: 'number' }]] }];
    const json = { disks: [{ size: 'big' }] };
    const error = orCtyError(() => decodeCtyJson(type, json));
    expect(String(error)).toContain('disks[0].size: a value of type number was expected');
  });
});

describe('castValue', () => {
  test('absent attributes are null, and everything that does not fit is reported', () => {
    const type: CtyType = ['object', { a: 'string', n: 'number', l: ['list', 'bool'], m: 'bool' }];
    const { value, mismatches } = castValue(type, { a: 1, n: Number.NaN, l: [true, 'x'], z: 0 });
    expect(value).toEqual({ a: null, n: null, l: [true, null], m: null });
    expect(mismatches.map(({ path, message }) => `${formatPath(path)}: ${message}`)).toEqual([
      ': has no attribute "z"',
      'a: string expected, got number',
      'n: number expected, got NaN',
      'l[1]: bool expected, got string',
    ]);
  });

  test('sets are equal without order and repetition, lists are not', () => {
    expect(equalValues(['set', 'number'], [1, 2, 1], [2, 1])).toBe(true);
    expect(equalValues(['list', 'number'], [1, 2], [2, 1])).toBe(false);
    expect(equalValues('number', new BigNumber('10000000000000000000.0'), parseBig())).toBe(true);
  });
});

function parseBig(): Value {
  return parseDecimal('1e19') ?? null;
}

function orCtyError(decode: () => Value): Value | CtyError {
  try {
    return decode();
  } catch (error) {
    if (error instanceof CtyError) return error;
    throw error;
  }
}
